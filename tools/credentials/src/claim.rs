//! The claim about a file, from the manifest of its bundle.

use std::path::Path;

use c2pa::Builder;
use serde_json::{Value, json};

use crate::{Error, media_type, open};

/// What a claim tells of a file.
pub(crate) struct Claim<'a> {
    /// Name of the file in the bundle.
    pub(crate) title: &'a Path,
    /// The master, which is the ingredient.
    pub(crate) master: &'a Path,
    pub(crate) manifest: &'a Value,
    /// The file's entry in the manifest.
    pub(crate) file: &'a Value,
}

impl Claim<'_> {
    /// Returns the claim as c2pa builds it.
    pub(crate) fn builder(&self, format: &str) -> Result<Builder, Error> {
        let refused =
            |error: c2pa::Error| Error::usage(self.title, &format!("gives no claim ({error})"), "deliver it again");
        let generator = json!([{ "name": "Balanced", "version": self.manifest["program"]["balanced_version"] }]);
        let definition = json!({ "title": self.title, "format": format, "claim_generator_info": generator });
        let mut builder = Builder::default().with_definition(definition.to_string()).map_err(refused)?;
        let name = self.master.file_name().unwrap_or_default().to_string_lossy();
        let ingredient = json!({ "title": name, "relationship": "parentOf", "label": "master" });
        let (master_format, mut master) = (media_type(self.master)?, open(self.master)?);
        builder.add_ingredient_from_stream(ingredient.to_string(), master_format, &mut master).map_err(refused)?;
        for action in self.actions() {
            builder.add_action(action).map_err(refused)?;
        }
        Ok(builder)
    }

    /// Returns what was done, in the words of C2PA's actions assertion, version 2.
    fn actions(&self) -> Vec<Value> {
        let opened = json!({
            "action": "c2pa.opened",
            "parameters": {
                "ingredientIds": ["master"],
                "org.balanced-mastering.source_sha256": self.manifest["source"]["sha256"],
            },
        });
        let made_by = &self.manifest["made_by"];
        let edited = made_by.is_object().then(|| {
            json!({
                "action": "c2pa.edited",
                "parameters": {
                    "org.balanced-mastering.chain": made_by["chain"],
                    "org.balanced-mastering.mix_sha256": made_by["source"]["sha256"],
                },
            })
        });
        let transcoded = json!({
            "action": "c2pa.transcoded",
            "parameters": { "org.balanced-mastering.recipe": self.file["recipe"] },
        });
        [Some(opened), edited, Some(transcoded)].into_iter().flatten().collect()
    }
}
