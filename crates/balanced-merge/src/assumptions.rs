//! Assumptions of the comparison without a published source, all in one place.
//!
//! Everything else follows a publication, which is named where it is used: mir_eval for tempo and key, Webber et al. for
//! rankings, Cyanite's documentation for the meaning of its fields.

/// Below this share, the local energy is `low`.
///
/// Cyanite's energy level is a word without published borders, the local energy a number from 0 to 1: thirds of it stand
/// for the words. So a difference of one step is `partly`, and there is no consensus of energies.
pub const LOW_ENERGY_BELOW: f64 = 1.0 / 3.0;
/// From this share on, the local energy is `high`; see [`LOW_ENERGY_BELOW`].
pub const HIGH_ENERGY_FROM: f64 = 2.0 / 3.0;

/// Range of valence and arousal in both of Cyanite's interfaces.
///
/// REST documents -1 to 1; GraphQL documents none, and is taken to have the same.
pub const AXIS_RANGE: [f64; 2] = [-1.0, 1.0];

/// Range of the local arousal proxy, which is laid over [`AXIS_RANGE`] in a straight line.
///
/// The proxy is a formula over activity and brightness, no model of what listeners feel; so there is no consensus.
pub const PROXY_RANGE: [f64; 2] = [0.0, 1.0];

/// Axes that differ by at most this, on 0 to 1, agree.
pub const AXIS_AGREES_WITHIN: f64 = 0.25;
/// Axes that differ by at most this, on 0 to 1, agree partly.
pub const AXIS_NEAR_WITHIN: f64 = 0.5;

/// Confidence from which one of two readings an octave apart is taken for the level listeners hear, if the other's is at
/// most [`DOUBTFUL_UP_TO`].
///
/// 0.9 is where Cyanite documents a value as unambiguous. That both confidences mean the same is assumed, which is why the
/// rule wants them far apart.
pub const SURE_FROM: f64 = 0.9;
/// See [`SURE_FROM`].
pub const DOUBTFUL_UP_TO: f64 = 0.5;

/// Range of REST's `BpmV2`, as documented: a tempo outside it cannot be said, so an octave apart from one is no contradiction.
pub const REST_TEMPO_RANGE_BPM: [f64; 2] = [60.0, 200.0];

/// How many labels of a ranking count as the first ones when two rankings agree partly.
pub const FIRST_LABELS: usize = 3;

/// Score of a local tag at which a track is no likelier to have it than any other.
pub const SAYS_NOTHING_UP_TO: f64 = 0.5;

/// Fewest beats in a stretch of which its local tempo is taken.
pub const LEAST_BEATS: usize = 4;

/// Fewest positions of which a rank correlation through time is said. A stretch is taken to lie around its position, up to the
/// middle of the way to the next one: whether Cyanite's positions are starts or centres is documented differently in different
/// places, so local values may come half a stretch early.
pub const LEAST_POSITIONS: usize = 4;
