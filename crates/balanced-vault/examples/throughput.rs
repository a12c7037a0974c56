//! Prints how fast a folder's vault encrypts and decrypts on one core: `throughput [MB]`.

use std::io::{Read, Write};

use balanced_vault::{By, Clock, FileRole, NewFile, PlatformKey, Policy, ProjectRecord, Vault, local};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let megabytes: usize = std::env::args().nth(1).map_or(Ok(1000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let vault = Vault::init(local(folder.path())?, PlatformKey::generate(), Policy::default(), Clock::System)?;
    let project = vault.create(&ProjectRecord::default(), None)?;
    let chunk: Vec<u8> = (0..1_000_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    let new = NewFile { name: "long".to_owned(), role: FileRole::Upload };
    let mut file = None;
    measure("put: encrypted, hashed and written", megabytes, || {
        let mut writer = vault.writer(project, new.clone(), By::Platform)?;
        for _ in 0..megabytes {
            writer.write_all(&chunk)?;
        }
        file = Some(writer.finish()?);
        Ok(())
    })?;
    let identity = vault.platform().ok_or("it was opened as the platform")?.identity().clone();
    let mut opened = vault.open_file(project, file.ok_or("it was put")?, &identity)?;
    measure("read: read, decrypted and verified", megabytes, || {
        let mut buffer = vec![0; 1 << 16];
        while opened.read(&mut buffer)? > 0 {}
        Ok(())
    })?;
    measure("copy_to: the same, and hashed", megabytes, || {
        opened.copy_to(&mut std::io::sink())?;
        Ok(())
    })
}

/// Prints the processor's time for a megabyte; Linux tells that of all threads.
fn measure(what: &str, megabytes: usize, run: impl FnOnce() -> Result<()>) -> Result<()> {
    let (before_s, started) = (cpu_s(), std::time::Instant::now());
    run()?;
    let (cpu, wall) = (cpu_s() - before_s, started.elapsed().as_secs_f64());
    println!("{what:<40} {:>6.0} MB/s of CPU time, {:>6.0} MB/s", megabytes as f64 / cpu, megabytes as f64 / wall);
    Ok(())
}

/// Processor time of this process in seconds, in steps of a hundredth; not a number where the system has no such file.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields are counted after the closing bracket of the name: `utime` and `stime`, in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}
