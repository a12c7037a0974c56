//! The component: the framework's, with values that are there at once, the host's mode of every block, and units as they are.
//!
//! Every call is passed on, most of them as they are.

#![allow(non_snake_case, reason = "the methods are named by the VST3 interface")]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ChannelContext::{IInfoListener, IInfoListenerTrait};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    BusDirection, BusInfo, CString, IAttributeList, IAudioProcessor, IAudioProcessorTrait, IComponent,
    IComponentHandler, IComponentTrait, IEditController, IEditControllerTrait, IProcessContextRequirements,
    IProcessContextRequirementsTrait, IUnitInfo, IUnitInfoTrait, IoMode, MediaType, ParamID, ParamValue, ParameterInfo,
    ProcessData, ProcessModes_, ProcessSetup, ProgramListID, ProgramListInfo, RoutingInfo, SpeakerArrangement,
    String128, TChar, UnitID, UnitInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IBStream, IPlugView, IPluginBaseTrait, TBool, TUID, int16, int32, kResultOk, tresult, uint32,
};

use super::mode;
use crate::BalancedMaster;
use crate::engine::Shared;
use crate::params::Knob;

type Inner = Wrapper<BalancedMaster>;

#[allow(clippy::unnecessary_cast, reason = "the type of the constants differs between systems")]
const OFFLINE: int32 = ProcessModes_::kOffline as int32;

/// The component as hosts see it.
pub struct Component {
    inner: Inner,
    shared: Option<Arc<Shared>>,
    /// Number of the knob of every parameter id.
    knobs: HashMap<ParamID, usize>,
    is_processing: AtomicBool,
    is_offline: AtomicBool,
}

impl Class for Component {
    type Interfaces =
        (IComponent, IEditController, IAudioProcessor, IProcessContextRequirements, IUnitInfo, IInfoListener);
}

impl Component {
    /// Creates an instance.
    pub fn new() -> Self {
        let inner = Inner::new();
        let shared = super::last();
        let order = shared.as_ref().map_or(&[][..], |shared| shared.params.host_order());
        let knobs = order.iter().zip(0..).filter_map(|(knob, index)| {
            // SAFETY: an all-zero `ParameterInfo` is one, and the pointer is valid for the call.
            let info = unsafe {
                let mut info: ParameterInfo = std::mem::zeroed();
                (inner.getParameterInfo(index, &raw mut info) == kResultOk).then_some(info)
            };
            info.map(|info| (info.id, *knob))
        });
        let knobs = knobs.collect();
        Self { inner, shared, knobs, is_processing: AtomicBool::new(false), is_offline: AtomicBool::new(false) }
    }

    fn knob(&self, id: ParamID) -> Option<&Knob> {
        let shared = self.shared.as_ref()?;
        self.knobs.get(&id).map(|index| &shared.params.knobs()[*index])
    }
}

/// Passes calls of an interface on.
macro_rules! pass {
    ($trait:ident: $($name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        $(unsafe fn $name(&self $(, $arg: $type)*) -> $result {
            // SAFETY: what the host promises for this call holds for the one that is passed on.
            unsafe { <Inner as $trait>::$name(&self.inner $(, $arg)*) }
        })*
    };
}

impl IPluginBaseTrait for Component {
    pass! { IPluginBaseTrait:
        initialize(context: *mut FUnknown) -> tresult;
        terminate() -> tresult;
    }
}

impl IComponentTrait for Component {
    pass! { IComponentTrait:
        getControllerClassId(class: *mut TUID) -> tresult;
        setIoMode(mode: IoMode) -> tresult;
        getBusCount(media: MediaType, direction: BusDirection) -> int32;
        getBusInfo(media: MediaType, direction: BusDirection, index: int32, info: *mut BusInfo) -> tresult;
        getRoutingInfo(from: *mut RoutingInfo, to: *mut RoutingInfo) -> tresult;
        activateBus(media: MediaType, direction: BusDirection, index: int32, state: TBool) -> tresult;
        setState(state: *mut IBStream) -> tresult;
        getState(state: *mut IBStream) -> tresult;
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        let is_offline = self.is_offline.load(Ordering::Relaxed);
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        mode::during(is_offline, || unsafe { self.inner.setActive(state) })
    }
}

impl IAudioProcessorTrait for Component {
    pass! { IAudioProcessorTrait:
        setBusArrangements(
            inputs: *mut SpeakerArrangement, input_count: int32, outputs: *mut SpeakerArrangement, output_count: int32
        ) -> tresult;
        getBusArrangement(direction: BusDirection, index: int32, arrangement: *mut SpeakerArrangement) -> tresult;
        canProcessSampleSize(size: int32) -> tresult;
        getLatencySamples() -> uint32;
        getTailSamples() -> uint32;
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        // SAFETY: the pointer is null or valid for the call.
        if let Some(setup) = unsafe { setup.as_ref() } {
            self.is_offline.store(setup.processMode == OFFLINE, Ordering::Relaxed);
        }
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        unsafe { self.inner.setupProcessing(setup) }
    }

    unsafe fn setProcessing(&self, state: TBool) -> tresult {
        self.is_processing.store(state != 0, Ordering::Release);
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        unsafe { self.inner.setProcessing(state) }
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: the pointer is null or valid for the call.
        let says_offline = unsafe { data.as_ref() }.is_some_and(|data| data.processMode == OFFLINE);
        let is_offline = says_offline || self.is_offline.load(Ordering::Relaxed);
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        mode::during(is_offline, || unsafe { self.inner.process(data) })
    }
}

impl IEditControllerTrait for Component {
    pass! { IEditControllerTrait:
        setComponentState(state: *mut IBStream) -> tresult;
        setState(state: *mut IBStream) -> tresult;
        getState(state: *mut IBStream) -> tresult;
        getParameterCount() -> int32;
        getParamStringByValue(id: ParamID, value: ParamValue, string: *mut String128) -> tresult;
        getParamValueByString(id: ParamID, string: *mut TChar, value: *mut ParamValue) -> tresult;
        normalizedParamToPlain(id: ParamID, value: ParamValue) -> ParamValue;
        plainParamToNormalized(id: ParamID, value: ParamValue) -> ParamValue;
        setComponentHandler(handler: *mut IComponentHandler) -> tresult;
        createView(name: FIDString) -> *mut IPlugView;
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        let result = unsafe { self.inner.getParameterInfo(index, info) };
        // SAFETY: the pointer is null or valid for the call, and was written to.
        if let Some(info) = unsafe { info.as_mut() }.filter(|_| result == kResultOk)
            && info.units[0] == u16::from(b' ') as TChar
        {
            info.units.copy_within(1.., 0);
        }
        result
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        let wanted = self.knob(id).and_then(Knob::wanted_position);
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        wanted.map_or_else(|| unsafe { self.inner.getParamNormalized(id) }, ParamValue::from)
    }

    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        if self.is_processing.load(Ordering::Acquire)
            && let Some(knob) = self.knob(id)
        {
            // It comes with the next block of audio, and is saved before it.
            knob.want(knob.mapping.value(value as f32));
        }
        // SAFETY: what the host promises for this call holds for the one that is passed on.
        unsafe { self.inner.setParamNormalized(id, value) }
    }
}

impl IProcessContextRequirementsTrait for Component {
    pass! { IProcessContextRequirementsTrait: getProcessContextRequirements() -> uint32; }
}

impl IUnitInfoTrait for Component {
    pass! { IUnitInfoTrait:
        getUnitCount() -> int32;
        getUnitInfo(index: int32, info: *mut UnitInfo) -> tresult;
        getProgramListCount() -> int32;
        getProgramListInfo(index: int32, info: *mut ProgramListInfo) -> tresult;
        getProgramName(list: ProgramListID, index: int32, name: *mut String128) -> tresult;
        getProgramInfo(list: ProgramListID, index: int32, attribute: CString, value: *mut String128) -> tresult;
        hasProgramPitchNames(list: ProgramListID, index: int32) -> tresult;
        getProgramPitchName(list: ProgramListID, index: int32, pitch: int16, name: *mut String128) -> tresult;
        getSelectedUnit() -> UnitID;
        selectUnit(unit: UnitID) -> tresult;
        getUnitByBus(
            media: MediaType, direction: BusDirection, bus: int32, channel: int32, unit: *mut UnitID
        ) -> tresult;
        setUnitProgramData(list_or_unit: int32, program: int32, data: *mut IBStream) -> tresult;
    }
}

impl IInfoListenerTrait for Component {
    pass! { IInfoListenerTrait: setChannelContextInfos(list: *mut IAttributeList) -> tresult; }
}
