//! `MessageHeader` of a message (MEAD 1.1): who sends it to whom, its id, and when it was made.

use std::fmt::Write as _;

use super::is_date_time;
use crate::html::escape;

/// Beginning of every identifier that DDEX gives a party.
const DPID: &str = "PADPIDA";

/// A party that sends or receives a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeadParty {
    /// DDEX party identifier: `PADPIDA` and letters and digits behind it.
    pub dpid: String,
    /// Name of the party.
    pub name: Option<String>,
}

impl MeadParty {
    /// Returns the party of an identifier, with no name.
    #[must_use]
    pub fn new(dpid: &str) -> Self {
        Self { dpid: dpid.to_owned(), name: None }
    }

    fn check(&self, role: &str) -> Result<(), String> {
        let rest = self.dpid.strip_prefix(DPID).unwrap_or_default();
        if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(());
        }
        Err(format!("{role}: {} is no DDEX party identifier, which is {DPID} and letters and digits", self.dpid))
    }

    fn xml(&self, element: &str) -> String {
        let name =
            self.name.as_ref().map(|name| format!("<PartyName><FullName>{}</FullName></PartyName>", escape(name)));
        format!("<{element}><PartyId>{}</PartyId>{}</{element}>\n", escape(&self.dpid), name.unwrap_or_default())
    }
}

/// Facts of a message that only its sender knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeadHeader {
    /// Identifier of the message. A sender never uses one twice.
    pub message_id: String,
    /// The sender.
    pub sender: MeadParty,
    /// The recipients, at least one. Each can read all of the message.
    pub recipients: Vec<MeadParty>,
    /// When the message was made (RFC 3339), such as `2026-11-30T10:00:00Z`.
    pub created_at: String,
    /// Whether the message is a test that nobody should act upon.
    pub is_test: bool,
}

impl MeadHeader {
    /// Checks what the schema demands of the header.
    ///
    /// # Errors
    /// Returns what is wrong, and what would be right, in one sentence.
    pub fn check(&self) -> Result<(), String> {
        if self.message_id.trim().is_empty() {
            return Err("message id: is empty; give one that the sender never used".to_owned());
        }
        if self.message_id.chars().any(char::is_control) {
            return Err("message id: has a control character; give letters, digits and dashes".to_owned());
        }
        self.sender.check("sender")?;
        if self.recipients.is_empty() {
            return Err("recipients: there is none; give at least one".to_owned());
        }
        self.recipients.iter().try_for_each(|party| party.check("recipient"))?;
        if !is_date_time(&self.created_at) {
            return Err(format!("created at: {} is no time like 2026-11-30T10:00:00Z", self.created_at));
        }
        Ok(())
    }

    /// The element, in the order of the schema.
    pub(super) fn xml(&self) -> String {
        let mut out = format!("<MessageHeader>\n<MessageId>{}</MessageId>\n", escape(&self.message_id));
        out.push_str(&self.sender.xml("MessageSender"));
        self.recipients.iter().for_each(|party| out.push_str(&party.xml("MessageRecipient")));
        let kind = if self.is_test { "TestMessage" } else { "LiveMessage" };
        let _ = write!(
            out,
            "<MessageCreatedDateTime>{}</MessageCreatedDateTime>\n<MessageControlType>{kind}</MessageControlType>\n</MessageHeader>\n",
            escape(&self.created_at)
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use roxmltree::{Document, Node};

    use super::*;
    use crate::cases;

    fn header() -> MeadHeader {
        MeadHeader {
            message_id: "M-2026-<1>".to_owned(),
            sender: MeadParty { name: Some("Sound & Sons".to_owned()), ..MeadParty::new("PADPIDA0000000000A") },
            recipients: ["PADPIDA0000000001B", "PADPIDA0000000002C"].map(MeadParty::new).to_vec(),
            created_at: "2026-11-30T10:00:00+01:00".to_owned(),
            is_test: true,
        }
    }

    /// The elements that XML Schema 1.1 of MEAD demands of `MessageHeader`, in its order.
    #[test]
    fn the_header_comes_first_and_has_what_the_schema_demands() {
        let text = crate::mead(&cases::merged(), Some(&header()));
        let document = Document::parse(&text).unwrap();
        let first = document.root_element().children().find(Node::is_element).unwrap();
        assert!(first.has_tag_name("MessageHeader"));
        let names: Vec<_> = first.children().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
        let wanted = ["MessageId", "MessageSender", "MessageRecipient", "MessageRecipient", "MessageCreatedDateTime"];
        assert_eq!(names[..5], wanted);
        assert_eq!(
            first.descendants().find(|node| node.has_tag_name("FullName")).unwrap().text(),
            Some("Sound & Sons")
        );
        assert_eq!(first.descendants().find(|node| node.has_tag_name("MessageId")).unwrap().text(), Some("M-2026-<1>"));
        assert_eq!(first.last_element_child().unwrap().text(), Some("TestMessage"));
        assert!(!crate::mead(&cases::merged(), None).contains("<MessageHeader>"));
    }

    #[test]
    fn what_the_schema_refuses_is_told() {
        type Change = fn(&mut MeadHeader);
        assert_eq!(header().check(), Ok(()));
        let wrong: [(Change, &str); 6] = [
            (|header| header.message_id = " ".to_owned(), "message id"),
            (|header| header.message_id.push('\u{1}'), "control"),
            (|header| header.sender.dpid = "PADPIDA".to_owned(), "sender"),
            (|header| header.recipients[1].dpid = "me".to_owned(), "recipient: me"),
            (|header| header.recipients.clear(), "none"),
            (|header| header.created_at = "today".to_owned(), "created"),
        ];
        for (change, word) in wrong {
            let mut header = header();
            change(&mut header);
            assert!(header.check().unwrap_err().contains(word), "{word}");
        }
    }
}
