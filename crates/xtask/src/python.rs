//! The Python package: its environment, its wheel, its checks and tests.

use std::fs;
use std::path::PathBuf;

use crate::{run, tools};

/// Largest wheel that is shipped.
const MAX_WHEEL_BYTES: u64 = 25_000_000;
const PACKAGE: &str = "bindings/python";
const REQUIREMENTS: &str = "bindings/python/requirements-test.txt";
const WHEELS: &str = "wheels";

/// Programs that the tests start, and the Debian package that brings each. Any Java runs Spark.
const TOOLS: [(&str, &str); 2] = [("java", "default-jre-headless"), ("python3", "python3")];

/// Build the wheel, install it in an environment of its own, and run every check and test over it.
pub fn test() -> Result<(), String> {
    install_tools()?;
    let environment = Environment::make()?;
    environment.install_wheel(WHEELS)?;
    environment.check()?;
    environment.run_tests(&["bindings/python/tests"])
}

/// The same without the interpreter's lock, for an interpreter built that way: no registry that the tests may use has one,
/// nor wheels for it of most packages that the tests compare with.
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
    environment.install_wheel("wheels-free-threaded")?;
    let files: Vec<String> = FILES.iter().map(|name| format!("{PACKAGE}/tests/test_{name}.py")).collect();
    environment.run_tests(&files.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The plugin's tests, in the same environment: it has the hosts.
pub fn run_plugin_tests(places: &[(&str, &str)]) -> Result<(), String> {
    let tests = ["-m", "pytest", "-q", "--durations=5", "-p", "no:cacheprovider", "plugins/balanced-master/tests"];
    Environment::make()?.run_with("python", &tests, places)
}

/// Time the package's calls.
pub fn bench() -> Result<(), String> {
    let environment = Environment::make()?;
    environment.install_wheel(WHEELS)?;
    environment.run("python", &["bindings/python/benchmarks/gates.py"])
}

/// Generate, or compare, the classes that are written from the schemas. Only the standard library is needed.
pub fn generate(check: bool) -> Result<(), String> {
    let script = "bindings/python/generate.py";
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

/// What the package's tests start. PostgreSQL's programs are not on the path; the tests look where Debian puts them.
pub fn install_tools() -> Result<(), String> {
    tools::install(&TOOLS)?;
    let is_there = fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    if is_there || tools::found("initdb") { Ok(()) } else { tools::install_packages(&["postgresql"]) }
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

    /// Run a program of the environment; what it imports is kept compiled, whatever the machine's habit is.
    fn run_with(&self, program: &str, args: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
        let variables = [&[("PYTHONDONTWRITEBYTECODE", "")], variables].concat();
        run::run_with(&self.program(program), args, &variables)
    }

    /// Style and types, of the package itself, of what uses it, and of the stubs against the extension module.
    fn check(&self) -> Result<(), String> {
        const CONFIGURATION: &str = "bindings/python/pyproject.toml";
        let style = ["--config", CONFIGURATION, PACKAGE, "examples", "plugins/balanced-master/tests"];
        self.run("ruff", &[&["check"], &style[..]].concat())?;
        self.run("ruff", &[&["format", "--check"], &style[..]].concat())?;
        self.run("mypy", &["--config-file", CONFIGURATION, "bindings/python/generate.py", "bindings/python/python"])?;
        let users = ["bindings/python/tests", "bindings/python/benchmarks", "examples"];
        let mypy = [&["--config-file", CONFIGURATION], &users[..]].concat();
        self.run_with("mypy", &mypy, &[("MYPYPATH", "examples/service")])?;
        self.run("stubtest", &["balanced_mastering._native", "--mypy-config-file", CONFIGURATION])
    }

    /// Tests of the package, beside the command and the test plugin, built if they are not.
    fn run_tests(&self, files: &[&str]) -> Result<(), String> {
        let packages = ["--package", "balanced-cli", "--package", "balanced-test-plugin"];
        run::run(&run::cargo(), [&["build", "--release"], &packages[..]].concat())?;
        let built = |name: &str| run::target().join("release").join(name).to_string_lossy().into_owned();
        let plugin = format!("{}balanced_test_plugin{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let tests = [&["-m", "pytest", "-q", "--durations=15", "-p", "no:cacheprovider"], files].concat();
        let places = [("BALANCED_COMMAND", &*built("balanced")), ("BALANCED_TEST_PLUGIN", &built(&plugin))];
        self.run_with("python", &tests, &places)
    }

    /// Build the wheel into `folder` of the target and put it in place of the one before.
    fn install_wheel(&self, folder: &str) -> Result<(), String> {
        let wheels = run::target().join(folder);
        if wheels.exists() {
            fs::remove_dir_all(&wheels).map_err(|error| error.to_string())?;
        }
        let out = wheels.to_string_lossy().into_owned();
        let manifest = "bindings/python/Cargo.toml";
        let python = self.program("python");
        self.run(
            "maturin",
            &["build", "--release", "--quiet", "--manifest-path", manifest, "--out", &out, "--interpreter", &python],
        )?;
        let wheel = fs::read_dir(&wheels).map_err(|e| e.to_string())?.flatten().next().ok_or("no wheel was built")?;
        let bytes = wheel.metadata().map_err(|error| error.to_string())?.len();
        println!("{}: {:.1} MB", wheel.file_name().to_string_lossy(), bytes as f64 / 1e6);
        if bytes > MAX_WHEEL_BYTES {
            return Err(format!("the wheel has {bytes} bytes, more than {MAX_WHEEL_BYTES}"));
        }
        let path = wheel.path().to_string_lossy().into_owned();
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--force-reinstall", "--no-deps"];
        self.run("python", &[&pip[..], &[&path]].concat())
    }
}
