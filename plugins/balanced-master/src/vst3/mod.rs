//! Entry for VST3 hosts: the framework's component, within one that adds what it leaves out.
//!
//! The framework ignores values that a host sets while it processes but has no audio yet, so that a project saved then holds old
//! ones; it sees an offline render only at the next activation; and it prints units with the space that text needs before them.

mod component;
pub mod mode;

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait,
    IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID, int32, kInvalidArgument, kResultOk,
    tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

use crate::BalancedMaster;
use crate::engine::Shared;
use component::Component;

/// State of the instance that was made last: the framework makes instances itself and does not hand them out.
static LAST: Mutex<Option<Weak<Shared>>> = Mutex::new(None);

/// Called by every new instance.
pub fn announce(shared: &Arc<Shared>) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::downgrade(shared));
}

/// Returns the state of the instance that was made last.
fn last() -> Option<Arc<Shared>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).take().and_then(|shared| shared.upgrade())
}

/// The factory that hosts ask for the plugin.
struct Factory(PluginInfo);

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

// SAFETY (of this and the two blocks below): the host passes pointers as the VST3 interface defines them; null is refused.
impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: see above.
        unsafe { put(info, || self.0.create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        // SAFETY: see above.
        if index == 0 { unsafe { put(info, || self.0.create_class_info()) } } else { kInvalidArgument }
    }

    unsafe fn createInstance(&self, class: FIDString, interface: FIDString, object: *mut *mut c_void) -> tresult {
        if class.is_null() || interface.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: an id is 16 bytes.
        if unsafe { *class.cast::<[u8; 16]>() } != *self.0.cid {
            return kInvalidArgument;
        }
        let component = ComWrapper::new(Component::new());
        let Some(unknown) = component.as_com_ref::<FUnknown>() else { return kInvalidArgument };
        let pointer = unknown.as_ptr();
        // SAFETY: the pointer is that of a living object; a successful query counts the host's reference.
        unsafe { ((*(*pointer).vtbl).queryInterface)(pointer, interface.cast::<TUID>(), object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        // SAFETY: see above.
        if index == 0 { unsafe { put(info, || self.0.create_class_info_2()) } } else { kInvalidArgument }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        // SAFETY: see above.
        if index == 0 { unsafe { put(info, || self.0.create_class_info_unicode()) } } else { kInvalidArgument }
    }

    unsafe fn setHostContext(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }
}

/// Writes to a place of the host's.
///
/// # Safety
/// `place` is null or valid for a write.
unsafe fn put<T>(place: *mut T, value: impl FnOnce() -> T) -> tresult {
    if place.is_null() {
        return kInvalidArgument;
    }
    // SAFETY: the caller's promise.
    unsafe { place.write(value()) };
    kResultOk
}

/// Factory of the plugin, for hosts.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory(PluginInfo::for_plugin::<BalancedMaster>()));
    factory.to_com_ptr::<IPluginFactory>().map_or(std::ptr::null_mut(), |pointer| pointer.into_raw().cast())
}

/// Called when a host loads the library.
#[unsafe(no_mangle)]
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
pub extern "C" fn ModuleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<BalancedMaster>();
    true
}

/// Called when a host unloads the library.
#[unsafe(no_mangle)]
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
pub extern "C" fn ModuleExit() -> bool {
    true
}

/// Called when a host loads the library.
#[unsafe(no_mangle)]
#[cfg(target_os = "macos")]
pub extern "C" fn bundleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<BalancedMaster>();
    true
}

/// Called when a host unloads the library.
#[unsafe(no_mangle)]
#[cfg(target_os = "macos")]
pub extern "C" fn bundleExit() -> bool {
    true
}

/// Called when a host loads the library.
#[unsafe(no_mangle)]
#[cfg(target_os = "windows")]
pub extern "system" fn InitDll() -> bool {
    nice_plug::wrapper::setup_logger::<BalancedMaster>();
    true
}

/// Called when a host unloads the library.
#[unsafe(no_mangle)]
#[cfg(target_os = "windows")]
pub extern "system" fn ExitDll() -> bool {
    true
}
