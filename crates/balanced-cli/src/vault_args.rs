//! Definition of `balanced vault` and of what other commands take to read from a vault.

use std::path::PathBuf;

use balanced::vault::Moment;
use clap::{Args, Subcommand, ValueEnum};

/// Where a vault is, and by which key it is opened.
#[derive(Args)]
pub struct VaultArgs {
    /// Folder of the vault, or s3://BUCKET/PREFIX with the server and the key of AWS_ENDPOINT_URL, AWS_REGION,
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; by default that in BALANCED_VAULT
    #[arg(long, value_name = "DIR|s3://…")]
    pub vault: Option<PathBuf>,
    /// File with the platform's key, for whatever changes the vault; by default that in BALANCED_VAULT_KEY
    #[arg(long, value_name = "FILE")]
    pub vault_key: Option<PathBuf>,
    /// File with your own key (of `balanced vault keys generate`, `age-keygen` or `ssh-keygen -t ed25519`)
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// File with the passphrase of --identity, if that key has one (`age -p`, `ssh-keygen`)
    #[arg(long, value_name = "FILE", requires = "identity")]
    pub identity_passphrase: Option<PathBuf>,
    /// Plugin of age that may run, for keys that it holds (age1NAME1…): the program age-plugin-NAME in PATH; may be repeated
    #[arg(long, value_name = "NAME")]
    pub plugin: Vec<String>,
    /// File with the PIN or passphrase that a plugin may ask for
    #[arg(long, value_name = "FILE", requires = "plugin")]
    pub plugin_secret: Option<PathBuf>,
    /// Time to take as now, such as 2026-12-30 or 2026-12-30T12:00:00Z; by default that of the system
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub now: Option<Moment>,
    /// File that keeps how far the log was at the last call; a store that was rolled back is refused by it
    #[arg(long, value_name = "FILE")]
    pub anchor: Option<PathBuf>,
}

#[derive(Args)]
pub struct VaultCommand {
    #[command(subcommand)]
    pub command: VaultVerb,
    #[command(flatten)]
    pub at: GlobalVaultArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// The options of [`VaultArgs`], which every command of `balanced vault` takes in any place.
#[derive(Args)]
pub struct GlobalVaultArgs {
    /// Folder of the vault, or s3://BUCKET/PREFIX with the server and the key of AWS_ENDPOINT_URL, AWS_REGION,
    /// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; by default that in BALANCED_VAULT
    #[arg(long, value_name = "DIR|s3://…", global = true)]
    vault: Option<PathBuf>,
    /// File with the platform's key, for whatever changes the vault; by default that in BALANCED_VAULT_KEY
    #[arg(long, value_name = "FILE", global = true)]
    vault_key: Option<PathBuf>,
    /// File with your own key (of `balanced vault keys generate`, `age-keygen` or `ssh-keygen -t ed25519`)
    #[arg(long, value_name = "FILE", global = true)]
    identity: Option<PathBuf>,
    /// File with the passphrase of --identity, if that key has one (`age -p`, `ssh-keygen`)
    #[arg(long, value_name = "FILE", global = true)]
    identity_passphrase: Option<PathBuf>,
    /// Plugin of age that may run, for keys that it holds (age1NAME1…): the program age-plugin-NAME in PATH; may be repeated
    #[arg(long, value_name = "NAME", global = true)]
    plugin: Vec<String>,
    /// File with the PIN or passphrase that a plugin may ask for
    #[arg(long, value_name = "FILE", global = true)]
    plugin_secret: Option<PathBuf>,
    /// Time to take as now, such as 2026-12-30 or 2026-12-30T12:00:00Z; by default that of the system
    #[arg(long, value_name = "TIME", global = true, value_parser = moment)]
    now: Option<Moment>,
    /// File that keeps how far the log was at the last call; a store that was rolled back is refused by it
    #[arg(long, value_name = "FILE", global = true)]
    anchor: Option<PathBuf>,
}

impl GlobalVaultArgs {
    /// Returns the options of other commands with the same values.
    pub fn plain(&self) -> VaultArgs {
        VaultArgs {
            vault: self.vault.clone(),
            vault_key: self.vault_key.clone(),
            identity: self.identity.clone(),
            identity_passphrase: self.identity_passphrase.clone(),
            plugin: self.plugin.clone(),
            plugin_secret: self.plugin_secret.clone(),
            now: self.now,
            anchor: self.anchor.clone(),
        }
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "give a time as 2026-12-30 or 2026-12-30T12:00:00Z".to_owned())
}

#[derive(Subcommand)]
pub enum VaultVerb {
    /// Make a vault, and the platform's key in the file --vault-key
    Init(InitArgs),
    /// Make a project
    Create(CreateArgs),
    /// Encrypt a file into a project
    Put(PutArgs),
    /// Decrypt a file of a project
    Get(GetArgs),
    /// List the projects, or the files of one
    List(OneArgs),
    /// Give a project to a key
    Assign(AssignArgs),
    /// Take a project from a key, and encrypt its files anew
    Revoke(RevokeArgs),
    /// Give a project a new key, and encrypt its files anew
    Rotate(ProjectArgs),
    /// Exchange the platform's key for a new one
    ///
    /// What the old key signed stays valid; from now on it signs nothing that is accepted, and opens nothing. A call that
    /// was cut short is repeated. Everything that works with the old key must be started again with the new one.
    RotatePlatform(RotatePlatformArgs),
    /// Declare the work on a project done: the time to its deletion runs
    Complete(ProjectArgs),
    /// Take the work on a completed project up again
    Reopen(ProjectArgs),
    /// Stop the deletion of a project
    Hold(HoldArgs),
    /// Let the deletion of a project go on
    Release(HoldArgs),
    /// Correct what is said about a project
    Correct(CorrectArgs),
    /// Delete what is due, and finish what a crash left
    Sweep(SweepArgs),
    /// Finish or undo every change that was cut short, however young; only when no other process works at the vault
    ///
    /// Every command that is given the platform's key does so with changes that are older than ten minutes, and with
    /// uploads that are older than a day.
    Recover,
    /// Write everything that is held of projects or of a person into a zip archive
    Export(ExportArgs),
    /// Make projects of an exported archive
    Import(ImportArgs),
    /// Erase a project, or all projects of a person, at once
    Erase(EraseArgs),
    /// Tell what is held about a person
    Report(PersonArgs),
    /// Read, verify or anchor the log, and verify receipts
    Audit(AuditArgs),
    /// Make, show and back up keys
    Keys(KeysArgs),
}

#[derive(Args)]
pub struct InitArgs {
    /// Days that uploads and masters are kept after completion
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub audio_days: u32,
    /// Days that analyses are kept after completion
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub analysis_days: u32,
    /// Days that the history is kept after completion
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub history_days: u32,
    /// Days that uploads are kept that nobody is assigned to
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub abandoned_days: u32,
}

#[derive(Args)]
pub struct CreateArgs {
    /// The platform's own id of the person whose project it is
    #[arg(long)]
    pub person: String,
    /// Title of the work
    #[arg(long, default_value = "")]
    pub title: String,
    /// Artist
    #[arg(long, default_value = "")]
    pub artist: String,
    /// E-mail address of the person
    #[arg(long)]
    pub email: Option<String>,
    /// Public key of the person, or a file with it
    #[arg(long, value_name = "KEY|FILE")]
    pub owner: Option<String>,
}

#[derive(Args)]
pub struct PutArgs {
    /// The project
    pub project: String,
    /// The file to encrypt
    pub file: PathBuf,
    /// What the file is
    #[arg(long, value_enum, default_value = "upload")]
    pub role: Role,
    /// The file is encrypted to the project's recipient already, by `age` or `rage`
    #[arg(long)]
    pub encrypted: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Role {
    Upload,
    Master,
    Analysis,
    History,
}

#[derive(Args)]
pub struct GetArgs {
    /// The file: PROJECT/FILE, or vault:PROJECT/FILE
    pub file: String,
    /// The file to write, which is not encrypted
    #[arg(short, long)]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct OneArgs {
    /// The project; all of them without it
    pub project: Option<String>,
}

#[derive(Args)]
pub struct ProjectArgs {
    /// The project
    pub project: String,
}

#[derive(Args)]
pub struct RotatePlatformArgs {
    /// File with the new key, made if it does not exist; --vault-key names the old one
    #[arg(long, value_name = "FILE")]
    pub new_key: PathBuf,
    /// The old key may be in wrong hands: give each project a new key too, and encrypt its files anew
    #[arg(long)]
    pub stolen: bool,
}

#[derive(Args)]
pub struct AssignArgs {
    /// The project
    pub project: String,
    /// Public key, or a file with it
    #[arg(long, value_name = "KEY|FILE")]
    pub to: String,
    /// The key is that of the person whose project it is
    #[arg(long)]
    pub owner: bool,
}

#[derive(Args)]
pub struct RevokeArgs {
    /// The project
    pub project: String,
    /// Public key or its fingerprint, or a file with the key
    #[arg(long, value_name = "KEY|FILE")]
    pub from: String,
}

#[derive(Args)]
pub struct HoldArgs {
    /// The project
    pub project: String,
    /// Number of the case, stored in the clear: no name
    pub case: String,
}

#[derive(Args)]
pub struct CorrectArgs {
    /// The project
    pub project: String,
    /// Title of the work
    #[arg(long)]
    pub title: Option<String>,
    /// Artist
    #[arg(long)]
    pub artist: Option<String>,
    /// E-mail address of the person
    #[arg(long)]
    pub email: Option<String>,
    /// Name of the person
    #[arg(long)]
    pub name: Option<String>,
    /// A wish of the person, such as delivery=flac; an empty one is removed; may be repeated
    #[arg(long, value_name = "WISH=VALUE")]
    pub preference: Vec<String>,
    /// Something that a provider holds of the project since now, such as cyanite=12345: to be deleted there too
    #[arg(long, value_name = "NAME=REFERENCE")]
    pub provider: Option<String>,
}

#[derive(Args)]
pub struct SweepArgs {
    /// Print what is due and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Provider that is asked to delete what it holds: `cyanite`, with the token in CYANITE_TOKEN, or another one and the program
    /// that asks it, which is given the provider's reference and confirms by ending with 0; may be repeated. What is not
    /// confirmed stays due
    #[arg(long, value_name = "cyanite|NAME=PROGRAM")]
    pub provider: Vec<String>,
}

#[derive(Args)]
pub struct ExportArgs {
    /// The projects
    #[arg(required_unless_present = "person")]
    pub projects: Vec<String>,
    /// All projects of this person
    #[arg(long, conflicts_with = "projects")]
    pub person: Option<String>,
    /// The archive to write, which is not encrypted
    #[arg(short, long, value_name = "FILE.zip")]
    pub output: PathBuf,
}

#[derive(Args)]
pub struct ImportArgs {
    /// The archive
    pub archive: PathBuf,
    /// Public key of the person, or a file with it
    #[arg(long, value_name = "KEY|FILE")]
    pub owner: Option<String>,
}

#[derive(Args)]
pub struct EraseArgs {
    /// The project
    #[arg(required_unless_present = "person")]
    pub project: Option<String>,
    /// All projects of this person
    #[arg(long, conflicts_with = "project")]
    pub person: Option<String>,
    /// Print what would be erased and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Provider that is asked to delete what it holds, as `sweep` takes it; may be repeated
    #[arg(long, value_name = "cyanite|NAME=PROGRAM")]
    pub provider: Vec<String>,
}

#[derive(Args)]
pub struct PersonArgs {
    /// The platform's own id of the person
    #[arg(long)]
    pub person: String,
}

#[derive(Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    pub command: AuditVerb,
}

#[derive(Subcommand)]
pub enum AuditVerb {
    /// Verify the whole log; exit code 1 if it was changed or cut
    Verify,
    /// Print the log, or what it says about a project
    Show(OneArgs),
    /// Print the receipt of an erased project
    Receipt(ProjectArgs),
    /// Verify a receipt that was handed out; exit code 1 if the vault did not sign it
    VerifyReceipt {
        /// The receipt
        file: PathBuf,
    },
}

#[derive(Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    pub command: KeysVerb,
}

#[derive(Subcommand)]
pub enum KeysVerb {
    /// Make a key for a person
    Generate {
        /// The file to write
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Print the public key and fingerprint of a key file, a platform's or a person's
    Show {
        /// The file
        file: PathBuf,
    },
    /// Back a key up: as 24 words on standard output, or as a file under a passphrase
    Backup {
        /// The file with the key
        file: PathBuf,
        /// The encrypted file to write; words are printed without it
        #[arg(short, long, requires = "passphrase_file")]
        output: Option<PathBuf>,
        /// File with the passphrase
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Bring a key back from 24 words in a file, or from an encrypted file
    Restore {
        /// The file with the words, or the encrypted file
        backup: PathBuf,
        /// The file to write
        #[arg(short, long)]
        output: PathBuf,
        /// File with the passphrase of an encrypted file
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
        /// The words are those of a platform's key
        #[arg(long, conflicts_with = "passphrase_file")]
        platform: bool,
    },
}
