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

pub(crate) const SIMILAR: Operation = Operation {
    name: "similarTracks",
    text: "query similar($trackId: ID!, $first: Int, $target: SimilarTracksTarget!, $searchMode: SimilarTracksSearchMode, $filter: SimilarTracksFilter) {\n similarTracks(trackId: $trackId, first: $first, target: $target, searchMode: $searchMode, experimental_filter: $filter) {\n  __typename\n  ... on SimilarTracksError {\n   code\n   message\n  }\n  ... on SimilarTracksConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const FREE_TEXT: Operation = Operation {
    name: "freeTextSearch",
    text: "query search($searchText: String!, $first: Int, $after: String, $target: FreeTextSearchTarget!) {\n freeTextSearch(searchText: $searchText, first: $first, after: $after, target: $target) {\n  __typename\n  ... on FreeTextSearchError {\n   code\n   message\n  }\n  ... on FreeTextSearchConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};

pub(crate) const KEYWORDS: Operation = Operation {
    name: "keywordSearch",
    text: "query keywords($keywords: [KeywordSearchKeyword!]!, $first: Int, $after: String, $target: KeywordSearchTarget!) {\n keywordSearch(keywords: $keywords, first: $first, after: $after, target: $target) {\n  __typename\n  ... on KeywordSearchError {\n   code\n   message\n  }\n  ... on KeywordSearchConnection {\n   edges {\n    cursor\n    node {\n     __typename\n     id\n     title\n    }\n   }\n   pageInfo {\n    hasNextPage\n   }\n  }\n }\n}",
    repeat: Repeat::Safe,
};
