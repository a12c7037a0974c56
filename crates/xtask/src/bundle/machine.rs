//! The machine that a bundle is for.

/// An operating system that there is a recipe for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    Linux,
    Mac,
    Windows,
}

/// An operating system on a kind of processor.
#[derive(Clone, Debug)]
pub struct Machine {
    pub system: System,
    /// As Rust and VST3 both spell it: `x86_64`, `aarch64`.
    pub architecture: String,
    /// Whether a program is looked for that removes symbols.
    pub strippable: bool,
}

impl Machine {
    /// The machine this runs on.
    pub fn here() -> Self {
        let system = match std::env::consts::OS {
            "macos" => System::Mac,
            "windows" => System::Windows,
            _ => System::Linux,
        };
        Self { system, architecture: std::env::consts::ARCH.to_owned(), strippable: true }
    }

    /// The machine that the target `triple` names.
    pub fn of(triple: &str) -> Result<Self, String> {
        let parts: Vec<&str> = triple.split('-').collect();
        let system = match parts[..] {
            [_, _, "linux", ..] => System::Linux,
            [_, "apple", "darwin"] => System::Mac,
            [_, _, "windows", ..] => System::Windows,
            _ => return Err(format!("{triple}: there is a recipe for Linux, macOS and Windows only")),
        };
        Ok(Self { system, architecture: parts[0].to_owned(), strippable: true })
    }

    /// The machine as people say it, for the name of an archive.
    pub fn name(&self) -> String {
        let system = match self.system {
            System::Linux => "linux",
            System::Mac => "macos",
            System::Windows => "windows",
        };
        format!("{system}-{}", self.architecture)
    }

    /// Returns cargo's file name of the dynamic library of a crate.
    pub fn library(&self, crate_name: &str) -> String {
        match self.system {
            System::Linux => format!("lib{crate_name}.so"),
            System::Mac => format!("lib{crate_name}.dylib"),
            System::Windows => format!("{crate_name}.dll"),
        }
    }

    /// The program that removes symbols, and how it is asked for those that hosts do not need.
    pub fn strip(&self) -> Option<(String, &'static str)> {
        let here = Self::here();
        let is_here = (here.system, &here.architecture) == (self.system, &self.architecture);
        let program = match self.system {
            _ if !self.strippable => return None,
            System::Linux | System::Mac if is_here => "strip".to_owned(),
            System::Linux => format!("{}-linux-gnu-strip", self.architecture),
            System::Windows if !cfg!(windows) => format!("{}-w64-mingw32-strip", self.architecture),
            System::Windows | System::Mac => return None,
        };
        Some((program, if self.system == System::Mac { "-x" } else { "--strip-unneeded" }))
    }

    /// Returns the installation hint for a user.
    pub fn installation(&self) -> String {
        let (clap, vst3, more) = match self.system {
            System::Linux => ("~/.clap", "~/.vst3", "The editor needs X11 and OpenGL 3.2."),
            System::Mac => (
                "~/Library/Audio/Plug-Ins/CLAP",
                "~/Library/Audio/Plug-Ins/VST3",
                "A copy that is not notarised is opened after: xattr -dr com.apple.quarantine BUNDLE",
            ),
            System::Windows => (
                r"%LOCALAPPDATA%\Programs\Common\CLAP",
                r"%COMMONPROGRAMFILES%\VST3",
                "No installer is needed, and none is here; to remove the plugin, delete what was copied.",
            ),
        };
        let text = format!(
            "Balanced Master {}\n\nCopy what your host loads, and let it look for plugins again:\n\n\
             CLAP/Balanced Master.clap  to  {clap}\nVST3/Balanced Master.vst3  to  {vst3}  (a folder, as a whole)\n\n{more}\n",
            env!("CARGO_PKG_VERSION")
        );
        if self.system == System::Windows { text.replace('\n', "\r\n") } else { text }
    }
}
