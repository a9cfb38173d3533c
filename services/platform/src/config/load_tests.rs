use std::io::Write;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::*;

const DEFAULTS: &str = r#"
name = "plain"
# How loud.
[log]
level = "info"
[pool]
size = 4
wait_ms = 100
"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
    log: Log,
    pool: Pool,
    #[serde(default)]
    secret: Option<SecretString>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    level: Level,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Info,
    Debug,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    size: u32,
    wait_ms: u64,
}

impl Validate for Settings {
    fn validate(&self, problems: &mut Problems) {
        if self.name.is_empty() {
            problems.refuse("name", "must not be empty");
        }
        problems.section("pool", &self.pool);
    }
}

impl Validate for Pool {
    fn validate(&self, problems: &mut Problems) {
        if self.size == 0 {
            problems.refuse("size", "must be at least 1");
        }
        if u64::from(self.size) > self.wait_ms {
            problems.warn("wait_ms", "is short for so many");
        }
    }
}

fn load_with(file: &str, environment: &[(&str, &str)]) -> Result<Loaded<Settings>, ConfigErrors> {
    let mut temporary = tempfile::NamedTempFile::new().unwrap();
    temporary.write_all(file.as_bytes()).unwrap();
    let environment = environment
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    load(
        "alpha",
        DEFAULTS,
        Some(temporary.path()),
        "APP",
        environment,
    )
}

fn problems(file: &str, environment: &[(&str, &str)]) -> Vec<(String, String)> {
    let errors = load_with(file, environment).unwrap_err();
    errors
        .problems
        .into_iter()
        .map(|problem| (problem.key, problem.text))
        .collect()
}

#[test]
fn defaults_alone_suffice() {
    let loaded: Loaded<Settings> = load("alpha", DEFAULTS, None, "APP", []).unwrap();
    assert_eq!(
        (loaded.config.name.as_str(), loaded.config.pool.size),
        ("plain", 4)
    );
    assert_eq!(loaded.config.log.level, Level::Info);
    assert!(loaded.warnings.is_empty());
}

#[test]
fn the_file_beats_the_defaults_and_the_environment_beats_the_file() {
    let file =
        "[default.pool]\nsize = 5\nwait_ms = 50\n[alpha.pool]\nsize = 6\n[beta.pool]\nsize = 7";
    let loaded = load_with(file, &[]).unwrap().config;
    assert_eq!((loaded.pool.size, loaded.pool.wait_ms), (6, 50));
    let loaded = load_with(
        file,
        &[("APP__POOL__SIZE", "8"), ("OTHER__POOL__SIZE", "9")],
    )
    .unwrap();
    assert_eq!(
        (loaded.config.pool.size, loaded.config.pool.wait_ms),
        (8, 50)
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_key() {
    let found = problems(
        "[default]\ncolour = 'red'\n[default.log]\nlevel = 'loud'\n[default.pool]\nsize = 'four'\nwait_ms = -1",
        &[("APP__NAME", ""), ("APP__POOL__DEPTH", "3")],
    );
    let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
    for key in [
        "colour",
        "log.level",
        "pool.size",
        "pool.wait_ms",
        "pool.depth",
        "name",
    ] {
        assert!(keys.contains(&key), "{key} is not in {found:?}");
    }
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn a_mistake_says_what_would_be_right_and_where_it_came_from() {
    let found = problems(
        "[default.log]\nlevel = 'loud'",
        &[("APP__POOL__DEPTH", "3")],
    );
    assert!(found.contains(&(
        "log.level".to_owned(),
        "must be one of info, debug".to_owned()
    )));
    let (_, depth) = found.iter().find(|(key, _)| key == "pool.depth").unwrap();
    assert!(
        depth.contains("size, wait_ms") && depth.contains("APP__POOL__DEPTH"),
        "{depth}"
    );
}

#[test]
fn what_has_no_default_and_is_missing_is_told_and_so_is_the_rest() {
    let defaults = "[log]\nlevel = 'info'\n[pool]\nwait_ms = 'x'";
    let errors = load::<Settings>("alpha", defaults, None, "APP", []).unwrap_err();
    let keys: Vec<_> = errors
        .problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    assert!(
        keys.contains(&"name") && keys.contains(&"pool.size"),
        "{errors}"
    );
    assert!(keys.contains(&"pool.wait_ms"), "{errors}");
}

#[test]
fn a_secret_of_digits_from_the_environment_is_a_secret() {
    let loaded = load_with("", &[("APP__SECRET", "12345"), ("APP__NAME", "true")])
        .unwrap()
        .config;
    assert_eq!(loaded.secret.unwrap().expose_secret(), "12345");
    assert_eq!(loaded.name, "true");
}

#[test]
fn a_wrong_value_is_never_repeated_because_it_may_be_a_secret() {
    let errors = load_with(
        "[default.pool]\nsize = 'hunter2'",
        &[("APP__POOL__WAIT_MS", "hunter3")],
    );
    let text = errors.unwrap_err().to_string();
    assert!(
        text.contains("pool.size") && text.contains("pool.wait_ms"),
        "{text}"
    );
    assert!(!text.contains("hunter"), "{text}");
}

#[test]
fn a_dangerous_pair_warns_and_does_not_refuse() {
    let loaded = load_with("[default.pool]\nwait_ms = 1", &[]).unwrap();
    assert_eq!(loaded.warnings.len(), 1);
    assert_eq!(loaded.warnings[0].key, "pool.wait_ms");
}

#[test]
fn a_file_that_is_not_there_or_no_toml_is_told() {
    let missing = load::<Settings>(
        "alpha",
        DEFAULTS,
        Some(Path::new("/nonexistent")),
        "APP",
        [],
    );
    assert!(missing.unwrap_err().to_string().contains("/nonexistent"));
    assert!(load_with("[default", &[]).is_err());
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    postgres: crate::pg::PgConfig,
    grpc: crate::grpc::GrpcConfig,
    telemetry: crate::telemetry::TelemetryConfig,
}

impl Validate for Role {
    fn validate(&self, problems: &mut Problems) {
        problems.section("postgres", &self.postgres);
        problems.section("grpc", &self.grpc);
        problems.section("telemetry", &self.telemetry);
    }
}

const ROLE: &str = r#"
[postgres]
max_connections = 3
[grpc]
listen = "127.0.0.1:1"
health_listen = "127.0.0.1:2"
[telemetry]
"#;

#[test]
fn a_role_gets_the_platforms_defaults_for_the_sections_it_names() {
    let url = (
        "APP__POSTGRES__URL".to_owned(),
        "postgres://a:b@c/d".to_owned(),
    );
    let role: Role = load("alpha", ROLE, None, "APP", [url]).unwrap().config;
    assert_eq!(
        (role.postgres.max_connections, role.postgres.lock_timeout_ms),
        (3, 10_000)
    );
    assert_eq!(role.grpc.max_concurrent_stamped, 64);
    assert_eq!(role.telemetry.format, crate::telemetry::LogFormat::Json);
    assert!(
        !format!("{role:?}").contains("a:b@c"),
        "secrets do not print"
    );
}

#[test]
fn dangerous_settings_of_the_platform_are_all_told() {
    let environment = [
        ("APP__POSTGRES__LOCK_TIMEOUT_MS", "30000"),
        ("APP__GRPC__HEALTH_LISTEN", "127.0.0.1:1"),
        ("APP__GRPC__ARRIVAL_QUEUE_BYTES", "1000"),
        ("APP__GRPC__TLS_KEY_FILE", "/nonexistent"),
        ("APP__GRPC__MAX_REQUEST_MS", "0"),
        ("APP__TELEMETRY__FILTER", "winner=loud=very"),
    ];
    let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let errors = load::<Role>("alpha", ROLE, None, "APP", environment).unwrap_err();
    let keys: Vec<_> = errors
        .problems
        .iter()
        .map(|problem| problem.key.as_str())
        .collect();
    for key in [
        "postgres.url",
        "postgres.lock_timeout_ms",
        "grpc.health_listen",
        "grpc.arrival_queue_bytes",
        "grpc.tls_certificate_file",
        "grpc.tls_key_file",
        "grpc.max_request_ms",
        "telemetry.filter",
    ] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
}
