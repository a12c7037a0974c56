//! The operations, in the words of the API. Each asks for what is read here, and no more.

use super::Operation;
use crate::http::Repeat;

pub(crate) const REQUEST_UPLOAD: Operation = Operation {
    name: "fileUploadRequest",
    text: "mutation upload {\n fileUploadRequest {\n  id\n  uploadUrl\n }\n}",
    // An address that is never used has no effect.
    repeat: Repeat::Safe,
};

pub(crate) const CREATE: Operation = Operation {
    name: "libraryTrackCreate",
    text: "mutation create($input: LibraryTrackCreateInput!) {\n libraryTrackCreate(input: $input) {\n  __typename\n  ... on LibraryTrackCreateSuccess {\n   createdLibraryTrack {\n    id\n   }\n   enqueueResult {\n    __typename\n    ... on LibraryTrackEnqueueError {\n     code\n     message\n    }\n   }\n  }\n  ... on LibraryTrackCreateError {\n   code\n   message\n  }\n }\n}",
    repeat: Repeat::OnlyIfUndone,
};

pub(crate) const ENQUEUE: Operation = Operation {
    name: "libraryTrackEnqueue",
    text: "mutation enqueue($input: LibraryTrackEnqueueInput!) {\n libraryTrackEnqueue(input: $input) {\n  __typename\n  ... on LibraryTrackEnqueueError {\n   code\n   message\n  }\n }\n}",
    // A second analysis may cost a second time.
    repeat: Repeat::OnlyIfUndone,
};

pub(crate) const DELETE: Operation = Operation {
    name: "libraryTracksDelete",
    text: "mutation delete($input: LibraryTracksDeleteInput!) {\n libraryTracksDelete(input: $input) {\n  __typename\n  ... on LibraryTracksDeleteSuccess {\n   libraryTrackIds\n  }\n  ... on LibraryTracksDeleteError {\n   code\n   message\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const LIST: Operation = Operation {
    name: "libraryTracks",
    text: "query list($first: Int, $after: String, $filter: LibraryTracksFilter) {\n libraryTracks(first: $first, after: $after, filter: $filter) {\n  edges {\n   cursor\n   node {\n    id\n    title\n    externalId\n   }\n  }\n  pageInfo {\n   hasNextPage\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const PING: Operation = Operation { name: "ping", text: "query ping {\n ping\n}", repeat: Repeat::Safe };

// The next three are fields of a track.

pub(crate) const SIMILAR: Operation = Operation {
    name: "similarTracks",
    text: "query similar($id: ID!, $first: Int, $target: SimilarTracksTarget!, $searchMode: SimilarTracksSearchMode, $filter: experimental_SimilarTracksFilter) {\n libraryTrack(id: $id) {\n  __typename\n  ... on LibraryTrackNotFoundError {\n   message\n  }\n  ... on LibraryTrack {\n   id\n   similarTracks(first: $first, target: $target, searchMode: $searchMode, experimental_filter: $filter) {\n    __typename\n    ... on SimilarTracksError {\n     code\n     message\n    }\n    ... on SimilarTracksConnection {\n     edges {\n      cursor\n      node {\n       __typename\n       id\n       title\n      }\n     }\n     pageInfo {\n      hasNextPage\n     }\n    }\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const AUGMENTED_KEYWORDS: Operation = Operation {
    name: "augmentedKeywords",
    text: "query keywords($id: ID!) {\n libraryTrack(id: $id) {\n  __typename\n  ... on LibraryTrackNotFoundError {\n   message\n  }\n  ... on LibraryTrack {\n   id\n   augmentedKeywords {\n    __typename\n    ... on AugmentedKeywordsError {\n     code\n     message\n    }\n    ... on AugmentedKeywords {\n     keywords {\n      keyword\n      weight\n     }\n    }\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const BRAND_VALUES: Operation = Operation {
    name: "brandValues",
    text: "query values($id: ID!) {\n libraryTrack(id: $id) {\n  __typename\n  ... on LibraryTrackNotFoundError {\n   message\n  }\n  ... on LibraryTrack {\n   id\n   brandValues {\n    __typename\n    ... on BrandValuesError {\n     code\n     message\n    }\n    ... on BrandValues {\n     values {\n      value\n      weight\n     }\n    }\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const WAVEFORM: Operation = Operation {
    name: "libraryTrackWaveform",
    text: "query waveform($trackId: ID!) {\n libraryTrackWaveform(trackId: $trackId) {\n  __typename\n  ... on LibraryTrackWaveform {\n   waveformUrl\n  }\n  ... on LibraryTrackWaveformError {\n   message\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const AVAILABLE_BRAND_VALUES: Operation = Operation {
    name: "brandValues",
    text: "query available {\n brandValues {\n  __typename\n  ... on BrandValuesError {\n   code\n   message\n  }\n  ... on BrandValuesSuccess {\n   values\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const SELECT_BRAND_VALUES: Operation = Operation {
    name: "selectBrandValues",
    text: "mutation select($input: SelectBrandValuesInput!) {\n selectBrandValues(input: $input) {\n  __typename\n  ... on BrandValuesError {\n   code\n   message\n  }\n }\n}",
    // The selection is the same, however often it is made.
    repeat: Repeat::Safe,
};

pub(crate) const FREE_TEXT: Operation = Operation {
    name: "freeTextSearch",
    text: "query search($searchText: String!, $first: Int, $target: FreeTextSearchTarget!) {\n freeTextSearch(searchText: $searchText, first: $first, target: $target) {\n  __typename\n  ... on FreeTextSearchError {\n   code\n   message\n  }\n  ... on FreeTextSearchConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const KEYWORDS: Operation = Operation {
    name: "keywordSearch",
    text: "query keywords($keywords: [KeywordSearchKeyword!]!, $first: Int, $target: KeywordSearchTarget!) {\n keywordSearch(keywords: $keywords, first: $first, target: $target) {\n  __typename\n  ... on KeywordSearchError {\n   code\n   message\n  }\n  ... on KeywordSearchConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const LYRICS: Operation = Operation {
    name: "lyricsSearch",
    text: "query lyrics($prompt: String!, $first: Int, $target: LyricsSearchTarget!) {\n lyricsSearch(prompt: $prompt, first: $first, target: $target) {\n  __typename\n  ... on LyricsSearchError {\n   code\n   message\n  }\n  ... on LyricsSearchConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const CRATES: Operation = Operation {
    name: "crates",
    text: "query crates($first: Int, $after: String) {\n crates(first: $first, after: $after) {\n  edges {\n   cursor\n   node {\n    id\n    name\n   }\n  }\n  pageInfo {\n   hasNextPage\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const CREATE_CRATE: Operation = Operation {
    name: "crateCreate",
    text: "mutation create($input: CrateCreateInput!) {\n crateCreate(input: $input) {\n  __typename\n  ... on CrateCreateSuccess {\n   id\n  }\n  ... on CrateCreateError {\n   code\n   message\n  }\n }\n}",
    // Two crates can have one name.
    repeat: Repeat::OnlyIfUndone,
};

pub(crate) const DELETE_CRATE: Operation = Operation {
    name: "crateDelete",
    text: "mutation delete($input: CrateDeleteInput!) {\n crateDelete(input: $input) {\n  __typename\n  ... on CrateDeleteError {\n   code\n   message\n  }\n }\n}",
    // A repetition may be told that there is no such crate, although it was this call that deleted it.
    repeat: Repeat::OnlyIfUndone,
};

pub(crate) const ADD_TO_CRATE: Operation = Operation {
    name: "crateAddLibraryTracks",
    text: "mutation add($input: CrateAddLibraryTracksInput!) {\n crateAddLibraryTracks(input: $input) {\n  __typename\n  ... on CrateAddLibraryTracksSuccess {\n   addedLibraryTrackIds\n  }\n  ... on CrateAddLibraryTracksError {\n   code\n   message\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const REMOVE_FROM_CRATE: Operation = Operation {
    name: "crateRemoveLibraryTracks",
    text: "mutation remove($input: CrateRemoveLibraryTracksInput!) {\n crateRemoveLibraryTracks(input: $input) {\n  __typename\n  ... on CrateRemoveLibraryTracksSuccess {\n   removedLibraryTrackIds\n  }\n  ... on CrateRemoveLibraryTracksError {\n   code\n   message\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const ENQUEUE_SPOTIFY: Operation = Operation {
    name: "spotifyTrackEnqueue",
    text: "mutation enqueue($input: SpotifyTrackEnqueueInput!) {\n spotifyTrackEnqueue(input: $input) {\n  __typename\n  ... on SpotifyTrackEnqueueSuccess {\n   enqueuedSpotifyTrack {\n    id\n   }\n  }\n  ... on Error {\n   message\n  }\n }\n}",
    // A second analysis may cost a second time.
    repeat: Repeat::OnlyIfUndone,
};

pub(crate) const ENQUEUE_YOUTUBE: Operation = Operation {
    name: "youTubeTrackEnqueue",
    text: "mutation enqueue($input: YouTubeTrackEnqueueInput!) {\n youTubeTrackEnqueue(input: $input) {\n  __typename\n  ... on YouTubeTrackEnqueueSuccess {\n   enqueuedLibraryTrack {\n    id\n   }\n  }\n  ... on YouTubeTrackEnqueueError {\n   code\n   message\n  }\n }\n}",
    // It would be a second track.
    repeat: Repeat::OnlyIfUndone,
};
