//! The Python package: its environment, its wheel, its checks and tests.

use std::fs;
use std::path::{Path, PathBuf};

use crate::phases::run_tests;
use crate::run::{Summaries, copy};
use crate::{run, tools};

/// Largest wheel that is shipped.
const MAX_WHEEL_BYTES: u64 = 25_000_000;
const PACKAGE: &str = "bindings/python";
const REQUIREMENTS: &str = "bindings/python/requirements-test.txt";
const MANIFEST: &str = "bindings/python/Cargo.toml";
const WHEELS: &str = "wheels";
/// Keeps imported modules compiled, whatever the machine's setting is.
const COMPILED: (&str, &str) = ("PYTHONDONTWRITEBYTECODE", "");

/// Programs that the tests start, and the Debian package that brings each. Any Java runs Spark; Chromium shows the reports.
const TOOLS: [(&str, &str); 3] = [("chromium", "chromium"), ("java", "default-jre-headless"), ("python3", "python3")];

/// Make the environment of the tests, if it is not there.
pub fn prepare() -> Result<(), String> {
    Environment::make().map(drop)
}

/// Check the package and test it as a wheel around the library that the workspace's build left.
pub fn test(summaries: &mut Summaries) -> Result<(), String> {
    let environment = Environment::make()?;
    environment.install_wheel_of_tests()?;
    environment.check()?;
    environment.run_tests(summaries, &["bindings/python/tests"])
}

/// Build the wheel that ships into `target/wheels/`.
pub fn wheel() -> Result<PathBuf, String> {
    Environment::make()?.build_wheel(WHEELS)
}

/// Build the wheel for an interpreter without the global lock, and test it there. This is no part of `cargo xtask test`: no
/// registry that the tests may use has such an interpreter, nor wheels for it of most packages that the tests compare with.
pub fn test_free_threaded(interpreter: &str) -> Result<(), String> {
    const PACKAGES: [&str; 3] = ["maturin", "numpy", "pytest"];
    const FILES: [&str; 8] = ["analyze", "chain", "clap", "errors", "master", "meter", "processes", "threads"];
    let probe = "import sys; sys.exit(sys._is_gil_enabled())";
    run::output(interpreter, ["-c", probe]).ok_or_else(|| format!("{interpreter} is no free-threaded Python"))?;
    let environment = Environment { folder: run::target().join("python-free-threaded") };
    let folder = environment.folder.to_string_lossy().into_owned();
    run::run(interpreter, ["-m", "venv", "--clear", &folder])?;
    let wanted = fs::read_to_string(run::root().join(REQUIREMENTS)).map_err(|error| error.to_string())?;
    let named = |line: &&str| line.split_once("==").is_some_and(|(name, _)| PACKAGES.contains(&name));
    let versions: Vec<&str> = wanted.lines().filter(named).collect();
    environment.run("python", &[&["-m", "pip", "install", "--quiet"], &versions[..]].concat())?;
    let wheel = environment.build_wheel("wheels-free-threaded")?;
    environment.install(&wheel)?;
    run::build_workspace()?;
    let files: Vec<String> = FILES.iter().map(|name| format!("{PACKAGE}/tests/test_{name}.py")).collect();
    environment.run_tests(&mut Summaries::new(), &files.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The plugin's tests, in the same environment: it has the hosts.
pub fn run_plugin_tests(summaries: &mut Summaries, places: &[(&str, &str)]) -> Result<(), String> {
    Environment::make()?.pytest(summaries, &["plugins/balanced-master/tests"], places)
}

/// Time the package's calls.
pub fn bench() -> Result<(), String> {
    let environment = Environment::make()?;
    let wheel = environment.build_wheel(WHEELS)?;
    environment.install(&wheel)?;
    environment.run("python", &["bindings/python/benchmarks/gates.py"])
}

/// Generate, or compare, the classes that are written from the schemas. Only the standard library is needed.
pub fn generate(check: bool) -> Result<(), String> {
    run_script("bindings/python/generate.py", check)
}

/// Generate, or compare, the TypeScript types that are written from the schemas.
pub fn generate_types(check: bool) -> Result<(), String> {
    run_script("bindings/wasm/generate_types.py", check)
}

fn run_script(script: &str, check: bool) -> Result<(), String> {
    run::run(&interpreter()?, if check { vec![script, "--check"] } else { vec![script] })
}

/// An interpreter that is new enough.
fn interpreter() -> Result<String, String> {
    let named = std::env::var("PYTHON").into_iter();
    let usual = ["python3.11", "python3", "python3.12", "python3.13"].map(str::to_owned);
    let is_new =
        |python: &String| run::output(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]).is_some();
    named
        .chain(usual)
        .find(is_new)
        .ok_or_else(|| "Python 3.11 or newer is needed; install it, or name it in PYTHON".into())
}

/// `python`, once it can make environments: Debian has that in a package of its own.
fn with_venv(python: String) -> Result<String, String> {
    if run::output(&python, ["-c", "import ensurepip"]).is_none() {
        tools::install_packages(&["python3-venv"])?;
    }
    Ok(python)
}

/// Installs the programs that the package's tests start. PostgreSQL's programs are not on the path; the tests look where Debian puts them.
pub fn install_tools() -> Result<(), String> {
    tools::install(&TOOLS)?;
    let is_there = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    if is_there || tools::found("initdb") { Ok(()) } else { tools::install_packages(&["postgresql"]) }
}

/// The program `name` of the Python package `requirement`, in an environment of its own; installed if it is not there.
pub fn tool(name: &str, requirement: &str) -> Result<String, String> {
    let environment = Environment { folder: run::target().join(name) };
    let stamp = environment.folder.join("installed.txt");
    if !fs::read(&stamp).is_ok_and(|installed| installed == requirement.as_bytes()) {
        let folder = environment.folder.to_string_lossy().into_owned();
        run::run(&with_venv(interpreter()?)?, ["-m", "venv", "--clear", &folder])?;
        environment.run("python", &["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement])?;
        fs::write(&stamp, requirement).map_err(|error| error.to_string())?;
    }
    Ok(environment.program(name))
}

/// A virtual environment in `target/`.
struct Environment {
    folder: PathBuf,
}

impl Environment {
    fn make() -> Result<Self, String> {
        let environment = Self { folder: run::target().join("python") };
        let wanted = fs::read(run::root().join(REQUIREMENTS)).map_err(|e| e.to_string())?;
        let stamp = environment.folder.join("installed.txt");
        if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        let folder = environment.folder.to_string_lossy().into_owned();
        run::run(&with_venv(interpreter()?)?, ["-m", "venv", "--clear", &folder])?;
        // Compiling a gigabyte of packages ahead of use would take longer than everything that is used of them.
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"];
        let requirements = ["-r", REQUIREMENTS];
        environment.run("python", &[&pip[..], &requirements].concat())?;
        fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
        Ok(environment)
    }

    fn program(&self, name: &str) -> String {
        self.folder.join("bin").join(name).to_string_lossy().into_owned()
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<(), String> {
        self.run_with(program, args, &[])
    }

    /// Run a program of the environment.
    fn run_with(&self, program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
        run::run_with(&self.program(program), args, &[&[COMPILED], variables].concat())
    }

    /// Style and types, of the package itself, of what uses it, and of the stubs against the extension module.
    fn check(&self) -> Result<(), String> {
        const CONFIGURATION: &str = "bindings/python/pyproject.toml";
        let style = ["--config", CONFIGURATION, PACKAGE, "bindings/wasm", "examples", "plugins/balanced-master/tests"];
        self.run("ruff", &[&["check"], &style[..]].concat())?;
        self.run("ruff", &[&["format", "--check"], &style[..]].concat())?;
        self.run(
            "mypy",
            &[
                "--config-file",
                CONFIGURATION,
                "bindings/python/generate.py",
                "bindings/wasm/generate_types.py",
                "bindings/python/python",
            ],
        )?;
        let users = ["bindings/python/tests", "bindings/python/benchmarks", "examples"];
        let mypy = [&["--config-file", CONFIGURATION], &users[..]].concat();
        self.run_with("mypy", &mypy, &[("MYPYPATH", "examples/service")])?;
        self.run("stubtest", &["balanced_mastering._native", "--mypy-config-file", CONFIGURATION])
    }

    /// Test the package beside the command and the test plugin that the workspace's build left.
    fn run_tests(&self, summaries: &mut Summaries, files: &[&str]) -> Result<(), String> {
        let built = |name: &str| run::built(name).to_string_lossy().into_owned();
        let places = [
            ("BALANCED_COMMAND", &*built("balanced")),
            ("BALANCED_TEST_PLUGIN", &*built(&library("balanced_test_plugin"))),
        ];
        self.pytest(summaries, files, &places)
    }

    fn pytest(&self, summaries: &mut Summaries, files: &[&str], places: &[(&str, &str)]) -> Result<(), String> {
        let args = [&["-m", "pytest", "-q", "--durations=10", "-p", "no:cacheprovider"], files].concat();
        let variables = [&[COMPILED], places].concat();
        run_tests(summaries, &self.program("python"), &args, &variables)
    }

    /// Pack a wheel around the library as the workspace's build left it, with the metadata that maturin writes, and put it
    /// in place of the one before. What ships is built by [`build_wheel`](Self::build_wheel), from the same sources.
    fn install_wheel_of_tests(&self) -> Result<(), String> {
        let content = run::target().join("wheel-of-tests");
        let wheels = run::target().join("wheels-of-tests");
        for folder in [&content, &wheels] {
            if folder.exists() {
                fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
            }
        }
        let package = content.join("balanced_mastering");
        copy_folder(&run::root().join(PACKAGE).join("python/balanced_mastering"), &package)?;
        copy(&run::built(&library("_native")), &package.join("_native.abi3.so"))?;
        let (content, wheels) = (content.to_string_lossy().into_owned(), wheels.to_string_lossy().into_owned());
        fs::create_dir_all(&wheels).map_err(|error| error.to_string())?;
        self.run(
            "maturin",
            &["pep517", "write-dist-info", "--manifest-path", MANIFEST, "--metadata-directory", &content],
        )?;
        self.run("python", &["-m", "wheel", "pack", &content, "--dest-dir", &wheels])?;
        self.install(&only_file(&wheels)?)
    }

    /// Build the wheel that ships into `folder` of the target.
    fn build_wheel(&self, folder: &str) -> Result<PathBuf, String> {
        let wheels = run::target().join(folder);
        if wheels.exists() {
            fs::remove_dir_all(&wheels).map_err(|error| error.to_string())?;
        }
        let out = wheels.to_string_lossy().into_owned();
        let python = self.program("python");
        let args = [
            "build",
            "--profile",
            "dist",
            "--quiet",
            "--manifest-path",
            MANIFEST,
            "--out",
            &out,
            "--interpreter",
            &python,
        ];
        self.run("maturin", &args)?;
        let wheel = only_file(&out)?;
        let bytes = wheel.metadata().map_err(|error| error.to_string())?.len();
        println!("{}: {:.1} MB", wheel.display(), bytes as f64 / 1e6);
        if bytes > MAX_WHEEL_BYTES {
            return Err(format!("the wheel has {bytes} bytes, more than {MAX_WHEEL_BYTES}"));
        }
        Ok(wheel)
    }

    /// Put `wheel` in place of the one before.
    fn install(&self, wheel: &Path) -> Result<(), String> {
        let path = wheel.to_string_lossy().into_owned();
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--force-reinstall", "--no-deps"];
        self.run("python", &[&pip[..], &[&path]].concat())
    }
}

/// The file name of a dynamic library.
fn library(name: &str) -> String {
    format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

fn only_file(folder: &str) -> Result<PathBuf, String> {
    let mut entries = fs::read_dir(folder).map_err(|error| format!("{folder}: {error}"))?.flatten();
    entries.next().map(|entry| entry.path()).ok_or_else(|| format!("nothing was put into {folder}"))
}

/// Copy a folder of sources without what interpreters leave there.
fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "__pycache__" {
            copy_folder(&path, &to.join(name))?;
        } else if path.is_file() {
            copy(&path, &to.join(name))?;
        }
    }
    Ok(())
}
