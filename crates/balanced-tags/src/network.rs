//! The two networks, run by `rten` on one thread so that the sums are added in one order.

use std::sync::{Arc, OnceLock};

use rten::{Model, ModelOptions, NodeId, OpRegistry, RunOptions, ThreadPool, op_registry};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::mel::BANDS;
use crate::patches::FRAMES;
use crate::vocabulary::TAGS;

/// Values of the penultimate layer.
pub(crate) const EMBEDDING: usize = 200;

/// Output of one network for one patch.
pub(crate) struct Answer {
    /// Probabilities in the order of the network's tags.
    pub tags: [f64; TAGS],
    /// The penultimate layer.
    pub embedding: [f64; EMBEDDING],
}

/// A network, ready to run.
pub(crate) struct Network {
    model: Model,
    input: NodeId,
    outputs: [NodeId; 2],
}

static MSD: OnceLock<Result<Network, String>> = OnceLock::new();
static MTT: OnceLock<Result<Network, String>> = OnceLock::new();

/// The network trained on the Million Song Dataset's Last.fm tags.
pub(crate) fn msd() -> Result<&'static Network, String> {
    MSD.get_or_init(|| Network::load(include_bytes!("../models/MSD_musicnn.onnx"))).as_ref().map_err(Clone::clone)
}

/// The network trained on MagnaTagATune.
pub(crate) fn mtt() -> Result<&'static Network, String> {
    MTT.get_or_init(|| Network::load(include_bytes!("../models/MTT_musicnn.onnx"))).as_ref().map_err(Clone::clone)
}

/// The operators that the two files use.
fn operators() -> OpRegistry {
    op_registry!(
        Add,
        BatchNormalization,
        Concat,
        Conv,
        MatMul,
        MaxPool,
        Mul,
        ReduceMax,
        ReduceMean,
        Relu,
        Reshape,
        Sigmoid,
        Squeeze,
        Transpose,
        Unsqueeze
    )
}

impl Network {
    fn load(bytes: &'static [u8]) -> Result<Self, String> {
        let model = ModelOptions::with_ops(operators()).load_static_slice(bytes).map_err(|e| e.to_string())?;
        let node = |name: &str| model.node_id(name).map_err(|e| e.to_string());
        let (input, outputs) = (node("model/x:0")?, [node("model/tags:0")?, node("model/emb:0")?]);
        Ok(Self { model, input, outputs })
    }

    /// The answers about `patches`, each [`FRAMES`] frames of [`BANDS`] log-mel values. One patch at a time: the memory
    /// is that of one.
    pub fn hear(&self, patches: &[Vec<f32>]) -> Result<Vec<Answer>, String> {
        // Not the caller's pool: a thread of it that waits here would take up other work of its owner meanwhile.
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        patches.iter().map(|patch| self.hear_one(patch, &pool)).collect()
    }

    fn hear_one(&self, patch: &[f32], pool: &Arc<ThreadPool>) -> Result<Answer, String> {
        let input = NdTensor::from_data([1, FRAMES, BANDS], patch.to_vec());
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(pool)));
        let outputs = self.model.run_n(vec![(self.input, input.into())], self.outputs, Some(options));
        let [tags, embedding] = outputs.map_err(|e| e.to_string())?;
        let values = |output: rten::Value| -> Result<Vec<f64>, String> {
            let tensor: NdTensor<f32, 2> = output.try_into().map_err(|e| format!("{e:?}"))?;
            Ok(tensor.iter().map(|v| f64::from(*v)).collect())
        };
        let wrong = |_| "the network gave an unexpected number of values".to_owned();
        Ok(Answer {
            tags: values(tags)?.try_into().map_err(wrong)?,
            embedding: values(embedding)?.try_into().map_err(wrong)?,
        })
    }
}
