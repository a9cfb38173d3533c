//! The permissions of one account, derived from who consumes what.

use secrecy::SecretString;
use winner_messaging::Naming;
use winner_proto::event::Visibility;

use super::config::outside_user;
use super::login::NatsLogin;

/// The four services; each owns the subjects, streams and user of its name.
pub const SERVICES: [&str; 4] = ["intake", "matching", "judging", "notification"];

/// The operator's user: `provision`, `replay`, `dlq`, `doctor`, and looking around.
pub const OPERATOR: &str = "operator";

/// A durable consumer a service reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The service that consumes.
    pub service: String,
    /// The stream it reads.
    pub stream: String,
    /// The consumer's durable name on that stream.
    pub durable: String,
}

/// A durable consumer on a PUBLIC stream that an outside account may use.
#[derive(Clone, Debug)]
pub struct OutsideReader {
    /// The outsider; its account is `<account>_OUTSIDE_<NAME>`, its user `<account>-outside-<name>`.
    pub name: String,
    /// A PUBLIC stream.
    pub stream: String,
    /// The consumer's durable name, provisioned for this outsider alone.
    pub durable: String,
    /// The outsider's password.
    pub password: SecretString,
}

/// A user of an account.
#[derive(Clone, Debug)]
pub struct User {
    /// A service's name, `operator`, or `outside-<name>`.
    pub short: String,
    /// Unique over the whole server.
    pub name: String,
    /// Its password.
    pub password: SecretString,
    /// Subjects it may publish to.
    pub publish: Vec<String>,
    /// Subjects it may subscribe to.
    pub subscribe: Vec<String>,
}

impl User {
    /// How this user logs in at a server.
    pub fn login(&self, address: &str) -> NatsLogin {
        NatsLogin {
            address: address.to_owned(),
            user: self.name.clone(),
            password: self.password.clone(),
            inbox_prefix: inbox_prefix(&self.name),
        }
    }
}

/// One installation's account: its users and what it lends to outsiders.
#[derive(Clone, Debug)]
pub struct Account {
    /// In capitals, unique over the server.
    pub name: String,
    /// One per service and the operator.
    pub users: Vec<User>,
    /// Consumers lent to outside accounts.
    pub outside: Vec<OutsideReader>,
}

impl Account {
    /// Its own users and those of the outside accounts.
    pub fn all_users(&self) -> impl Iterator<Item = User> {
        let outside = self
            .outside
            .iter()
            .map(|reader| outside_user(&self.name, reader));
        self.users.iter().cloned().chain(outside)
    }
}

/// What an account is made from.
#[derive(Clone, Debug)]
pub struct AccountPlan<'a> {
    /// In capitals, unique over the server.
    pub name: &'a str,
    /// Its names on the broker.
    pub naming: &'a Naming,
    /// Every consumer of every service.
    pub readers: &'a [Reader],
    /// Consumers lent to outsiders.
    pub outside: &'a [OutsideReader],
}

impl AccountPlan<'_> {
    /// The account; `password` gives each user's by its short name.
    pub fn account(&self, password: impl Fn(&str) -> SecretString) -> Account {
        let mut users: Vec<User> = SERVICES
            .iter()
            .map(|service| self.service_user(service, password(service)))
            .collect();
        users.push(self.operator(password(OPERATOR)));
        Account {
            name: self.name.to_owned(),
            users,
            outside: self.outside.to_vec(),
        }
    }

    /// The server-wide name of a user.
    pub fn user_name(&self, short: &str) -> String {
        user_name(self.name, short)
    }

    /// A service publishes its own events, reads by its own consumers, hears its own inbox.
    fn service_user(&self, service: &str, password: SecretString) -> User {
        let mut publish = vec![format!("{}.{service}.>", self.naming.root)];
        for stream in streams_of(self.naming, service) {
            publish.push(format!("$JS.API.STREAM.INFO.{stream}"));
            publish.push(format!("$JS.API.STREAM.MSG.GET.{stream}"));
            publish.push(format!("$JS.API.DIRECT.GET.{stream}"));
            publish.push(format!("$JS.API.DIRECT.GET.{stream}.>"));
        }
        for reader in self.readers.iter().filter(|r| r.service == service) {
            let (stream, durable) = (&reader.stream, &reader.durable);
            publish.push(format!("$JS.API.STREAM.INFO.{stream}"));
            publish.push(format!("$JS.API.CONSUMER.INFO.{stream}.{durable}"));
            publish.push(format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"));
            publish.push(format!("$JS.ACK.{stream}.{durable}.>"));
        }
        publish.sort();
        publish.dedup();
        User {
            short: service.to_owned(),
            name: self.user_name(service),
            password,
            publish,
            subscribe: vec![format!("{}.>", inbox_prefix(&self.user_name(service)))],
        }
    }

    /// The operator declares streams and consumers and looks around; it says nothing in a
    /// service's name.
    fn operator(&self, password: SecretString) -> User {
        User {
            short: OPERATOR.to_owned(),
            name: self.user_name(OPERATOR),
            password,
            publish: vec!["$JS.API.>".to_owned(), "$JS.ACK.>".to_owned()],
            subscribe: vec![
                format!("{}.>", self.naming.root),
                "$JS.EVENT.ADVISORY.>".to_owned(),
                format!("{}.>", inbox_prefix(&self.user_name(OPERATOR))),
            ],
        }
    }
}

/// The server-wide name of an account's user.
pub fn user_name(account: &str, short: &str) -> String {
    format!("{}-{short}", account.to_ascii_lowercase())
}

/// Where a user's answers arrive; nobody else may listen there.
pub fn inbox_prefix(user: &str) -> String {
    format!("_INBOX_{user}")
}

/// A service's PUBLIC and INTERNAL stream.
fn streams_of(naming: &Naming, service: &str) -> [String; 2] {
    [Visibility::Public, Visibility::Internal].map(|visibility| naming.stream(service, visibility))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        AccountPlan {
            name: "WINNER",
            naming: &Naming::new("winner", "WINNER"),
            readers: &[Reader {
                service: "matching".to_owned(),
                stream: "WINNER_INTAKE_PUBLIC".to_owned(),
                durable: "matching-submissions".to_owned(),
            }],
            outside: &[],
        }
        .account(|_| "secret".into())
    }

    fn user(name: &str) -> User {
        let users = account().users;
        users.into_iter().find(|user| user.name == name).unwrap()
    }

    #[test]
    fn a_service_speaks_in_its_own_name_only() {
        let spoken: Vec<String> = user("winner-matching")
            .publish
            .into_iter()
            .filter(|subject| !subject.starts_with('$'))
            .collect();
        assert_eq!(spoken, ["winner.matching.>"]);
    }

    #[test]
    fn a_service_pulls_from_its_own_consumers_only() {
        let may_pull = |name| {
            user(name)
                .publish
                .into_iter()
                .filter(|subject| subject.contains("MSG.NEXT"))
                .count()
        };
        assert_eq!(may_pull("winner-matching"), 1);
        assert_eq!(may_pull("winner-judging"), 0);
    }

    #[test]
    fn no_service_hears_anothers_answers() {
        for service in SERVICES {
            assert_eq!(
                user(&format!("winner-{service}")).subscribe,
                [format!("_INBOX_winner-{service}.>")]
            );
        }
    }
}
