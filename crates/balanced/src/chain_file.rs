//! Chain files and built-in presets, by the names users give them.

use std::path::Path;

use balanced_mastering::{ChainSpec, ParallelSpec, Preset, Step, StepKind};
use balanced_model::Target;

use crate::Error;

/// Prefix of a built-in chain's name.
const PRESET_PREFIX: &str = "preset:";

/// Reads the chain that `name` stands for: a built-in one (`preset:NAME`), or a TOML or JSON file.
///
/// Relative paths of saved states are taken relative to the chain file. Those of plugins stay as they are: they are looked
/// for in the plugin folders, and only if the caller allows it ([`AllowPlugins`](crate::AllowPlugins)).
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) with the file, the path of the wrong setting within it,
/// and what would be right.
pub fn read_chain(name: impl AsRef<Path>) -> Result<ChainSpec, Error> {
    let path = name.as_ref();
    if let Some(preset) = preset_name(path) {
        return ChainSpec::preset(preset).ok_or_else(|| {
            let known = Preset::all().map(|preset| preset.name).collect::<Vec<_>>().join(", ");
            Error::settings(format!("unknown preset \"{preset}\""), format!("use one of {known}"))
        });
    }
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound
            if path.extension().is_none() && ChainSpec::preset(&path.to_string_lossy()).is_some() =>
        {
            let remedy = format!("did you mean {PRESET_PREFIX}{}?", path.display());
            Error::settings("there is no such file", remedy).in_file(path).caused_by(error)
        }
        _ => {
            let remedy = "give the path of a chain file, or preset:NAME";
            Error::settings(format!("cannot be read as a chain ({error})"), remedy).in_file(path).caused_by(error)
        }
    })?;
    let mut chain = ChainSpec::from_str_auto(&text).map_err(|error| Error::spec(&error).in_file(path))?;
    let folder = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
    if let Some(folder) = folder {
        resolve(&mut chain.steps, &folder);
    }
    Ok(chain)
}

/// Returns the loudness target that a built-in chain (`preset:NAME`) is made for.
///
/// Returns `None` for a chain file, which names no target.
#[must_use]
pub fn preset_target(name: impl AsRef<Path>) -> Option<Target> {
    Target::named(Preset::named(preset_name(name.as_ref())?)?.target)
}

fn preset_name(path: &Path) -> Option<&str> {
    path.to_str()?.strip_prefix(PRESET_PREFIX)
}

/// Makes the relative paths of saved states absolute, starting from `folder`.
fn resolve(steps: &mut [Step], folder: &Path) {
    for step in steps {
        match &mut step.kind {
            StepKind::Processor(_) => {}
            StepKind::Parallel(ParallelSpec { branches, .. }) => {
                branches.iter_mut().for_each(|branch| resolve(&mut branch.steps, folder));
            }
            StepKind::Clap(clap) => {
                if let Some(file) = &mut clap.state_file {
                    *file = folder.join(&*file).to_string_lossy().into_owned();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_and_files_are_read_and_mistakes_named() {
        assert_eq!(read_chain("preset:open-acoustic").unwrap(), ChainSpec::preset("open_acoustic").unwrap());
        let unknown = read_chain("preset:lowd").unwrap_err().to_string();
        assert!(unknown.contains("lowd") && unknown.contains("transparent_streaming"), "{unknown}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chain.toml");
        std::fs::write(&file, "[[steps]]\nkind = \"gain\"\ngian_db = 1\n").unwrap();
        let wrong = read_chain(&file).unwrap_err().to_string();
        assert!(wrong.contains("chain.toml: steps[0].gian_db"), "{wrong}");
        assert!(read_chain("warm").unwrap_err().to_string().contains("preset:warm"));
        assert!(read_chain(folder.path().join("no.toml")).unwrap_err().to_string().contains("no.toml"));
    }

    #[test]
    fn every_preset_has_its_target() {
        for preset in Preset::all() {
            let target = preset_target(format!("preset:{}", preset.name)).unwrap_or_else(|| panic!("{}", preset.name));
            assert_eq!(target.name, preset.target);
        }
        assert_eq!(preset_target("chain.toml"), None);
    }

    #[test]
    fn saved_states_lie_beside_the_chain_file_and_plugins_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chain.toml");
        let step = "{ kind = \"clap\", path = \"fx/verb.clap\", state_file = \"hall.state\" }";
        let text = format!("steps = [{step}, {{ kind = \"parallel\", branches = [{{ steps = [{step}] }}] }}]\n");
        std::fs::write(&file, text).unwrap();
        let chain = read_chain(&file).unwrap();
        let here = folder.path().canonicalize().unwrap();
        let plugins: Vec<_> = chain
            .all_steps()
            .into_iter()
            .filter_map(|step| match &step.kind {
                StepKind::Clap(clap) => Some(clap),
                _ => None,
            })
            .collect();
        assert_eq!(plugins.len(), 2);
        for clap in plugins {
            assert_eq!(clap.path, "fx/verb.clap");
            assert_eq!(Path::new(clap.state_file.as_ref().unwrap()), here.join("hall.state"));
        }
    }
}
