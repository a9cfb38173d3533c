//! The profiles that are shipped, against the documented shapes of their providers; and what a
//! description may not be.

use core::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use figment::Figment;
use figment::providers::{Format as _, Toml};

use super::*;
use crate::sms::number::{Countries, Mobile};

const KANNEL: &str = include_str!("../../../../gateways/kannel.toml");
const TWILIO: &str = include_str!("../../../../gateways/twilio-like.toml");
const INFOBIP: &str = include_str!("../../../../gateways/infobip-like.toml");
const ZENZIVA: &str = include_str!("../../../../gateways/zenziva-like.toml");
const REFERENCE: &str = "0199a1b2c3d47000800000000000abcd-1";
/// Everything that could break out of where it stands.
const HOSTILE: &str = "a&b=c#d%20\"},{\"x\":1 é€\n+;'<{to}>";

fn secrets() -> Secrets {
    let names = [
        "username",
        "password",
        "account_sid",
        "auth_token",
        "api_key",
        "userkey",
        "passkey",
    ];
    let secrets = names.map(|name| (name.to_owned(), format!("{name}/&\"?")));
    Secrets::new(secrets.into()).unwrap()
}

fn gateway(toml: &str) -> Gateway {
    let description = Figment::from(Toml::string(toml)).extract().unwrap();
    Gateway::new(description, secrets()).unwrap()
}

fn refused(toml: &str) -> String {
    match Figment::from(Toml::string(toml)).extract::<Description>() {
        Err(error) => error.to_string(),
        Ok(description) => Gateway::new(description, secrets())
            .unwrap_err()
            .to_string(),
    }
}

fn mobile() -> Mobile {
    Countries::INDONESIA.mobile("081234567890").unwrap()
}

fn request(gateway: &Gateway, text: &str) -> Request {
    gateway
        .describe(&Outgoing {
            to: &mobile(),
            text,
            sender: "WiNNER",
            reference: REFERENCE,
            receipt_url: "https://winner.test/receipts/x/5ec2e7",
        })
        .unwrap()
}

fn judge(gateway: &Gateway, status: u16, body: &str) -> Verdict {
    gateway.judge(&Answer {
        status,
        body: body.as_bytes(),
        whole: true,
    })
}

fn call<'a>(query: &'a str, body: &'a str, headers: &'a [(&'a str, &'a str)]) -> Call<'a> {
    Call {
        url: "https://winner.test/receipts/x/5ec2e7",
        query,
        headers,
        body: body.as_bytes(),
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str()).unwrap()
}

fn form(request: &Request) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect()
}

mod kannel {
    use super::*;

    #[test]
    fn is_asked_by_get_and_given_every_value_whole() {
        let request = request(&gateway(KANNEL), HOSTILE);
        assert_eq!((request.method, request.body.len()), (Method::Get, 0));
        let pairs: std::collections::BTreeMap<_, _> =
            request.url.query_pairs().into_owned().collect();
        assert_eq!(pairs["text"], HOSTILE);
        assert_eq!(pairs["to"], "+6281234567890");
        assert_eq!(pairs["password"], "password/&\"?");
        assert_eq!(
            pairs["dlr-url"],
            format!("https://winner.test/receipts/x/5ec2e7?reference={REFERENCE}&status=%d")
        );
        assert_eq!(request.url.host_str(), Some("127.0.0.1"));
        assert!(request.url.as_str().contains("to=%2B6281234567890"));
    }

    #[test]
    fn says_accepted_later_or_never() {
        let kannel = gateway(KANNEL);
        for accepted in ["0: Accepted for delivery", "3: Queued for later delivery"] {
            assert_eq!(
                judge(&kannel, 202, accepted),
                Verdict::Accepted { id: None }
            );
        }
        assert_eq!(
            judge(&kannel, 503, "Temporal failure, try again later."),
            Verdict::Later
        );
        assert_eq!(
            judge(&kannel, 403, "Authorization failed for sendsms"),
            Verdict::Later
        );
        assert_eq!(
            judge(&kannel, 403, "Not routable. Do not try again."),
            Verdict::Refused(Refusal::Number)
        );
        assert_eq!(
            judge(&kannel, 400, "Missing receiver number"),
            Verdict::Refused(Refusal::Message)
        );
        for unlisted in [200, 202, 302, 404, 500, 502] {
            assert_eq!(
                judge(&kannel, unlisted, "what?"),
                Verdict::Unknown,
                "{unlisted}"
            );
        }
    }

    #[test]
    fn tells_receipts_by_our_reference() {
        let kannel = gateway(KANNEL);
        for (status, meaning) in [
            ("1", Meaning::Delivered),
            ("2", Meaning::Lost),
            ("8", Meaning::Accepted),
            ("16", Meaning::Lost),
            ("4", Meaning::Nothing),
            ("1000", Meaning::Nothing),
        ] {
            let query = format!("reference={REFERENCE}&status={status}");
            let seen = kannel.receipts(&call(&query, "", &[])).unwrap();
            assert_eq!(seen.len(), 1);
            assert_eq!(seen[0].reference.as_deref(), Some(REFERENCE));
            assert_eq!((seen[0].meaning, seen[0].id.is_none()), (meaning, true));
        }
        for unusable in [
            "",
            "status=1",
            "reference=&status=1",
            &format!("reference={}&status=1", "x".repeat(201)),
        ] {
            assert_eq!(
                kannel.receipts(&call(unusable, "", &[])),
                Err(CallError::Form),
                "{unusable}"
            );
        }
    }
}

mod twilio_like {
    use super::*;

    #[test]
    fn is_posted_a_form_with_basic_auth() {
        let request = request(&gateway(TWILIO), HOSTILE);
        assert_eq!(request.method, Method::Post);
        assert_eq!(
            request.url.as_str(),
            "https://api.twilio.com/2010-04-01/Accounts/account_sid%2F%26%22%3F/Messages.json"
        );
        assert_eq!(
            header(&request, "content-type"),
            "application/x-www-form-urlencoded"
        );
        let basic = header(&request, "authorization")
            .strip_prefix("Basic ")
            .unwrap();
        let basic = base64::engine::general_purpose::STANDARD
            .decode(basic)
            .unwrap();
        assert_eq!(basic, b"account_sid/&\"?:auth_token/&\"?");
        assert!(form(&request).contains(&("Body".to_owned(), HOSTILE.to_owned())));
    }

    #[test]
    fn says_its_id_or_a_code() {
        let twilio = gateway(TWILIO);
        let body =
            r#"{"sid":"SM1f0e8ae6ade43cb3c0ce4525424e404f","status":"queued","error_code":null}"#;
        let id = Some("SM1f0e8ae6ade43cb3c0ce4525424e404f".to_owned());
        assert_eq!(judge(&twilio, 201, body), Verdict::Accepted { id });
        let error = |code: u32| format!(r#"{{"code":{code},"message":"…","status":400}}"#);
        assert_eq!(
            judge(&twilio, 400, &error(21211)),
            Verdict::Refused(Refusal::Number)
        );
        assert_eq!(
            judge(&twilio, 400, &error(21602)),
            Verdict::Refused(Refusal::Message)
        );
        assert_eq!(judge(&twilio, 429, &error(20429)), Verdict::Later);
        assert_eq!(judge(&twilio, 500, &error(20500)), Verdict::Unknown);
        let answer = Answer {
            status: 400,
            body: error(21211).as_bytes(),
            whole: true,
        }
        .body
        .to_vec();
        let said = twilio.said(&Answer {
            status: 400,
            body: &answer,
            whole: true,
        });
        assert_eq!(said.as_deref(), Some("21211"));
    }

    #[test]
    fn signs_what_it_calls() {
        // The example of the provider's documentation.
        let toml = TWILIO.replace("secret = \"auth_token\"", "secret = \"token\"");
        let toml = toml
            .replace("/MessageSid", "/CallSid")
            .replace("/MessageStatus", "/Digits");
        let description = Figment::from(Toml::string(&toml)).extract().unwrap();
        let named = ["account_sid", "auth_token", "token"]
            .map(|name| (name.to_owned(), "12345".to_owned()));
        let twilio = Gateway::new(description, Secrets::new(named.into()).unwrap()).unwrap();
        let body = "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";
        let signed = |signature: &str, body: &str| {
            let headers = [("x-twilio-signature", signature)];
            let call = Call {
                url: "https://mycompany.com/myapp.php?foo=1&bar=2",
                ..call("", body, &headers)
            };
            twilio.receipts(&call).map(|seen| seen.len())
        };
        assert_eq!(signed("0/KCTR6DLpKmkAf8muzZqo1nDgQ=", body), Ok(1));
        assert_eq!(
            signed(
                "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
                &body.replace("1234&", "1235&")
            ),
            Err(CallError::Signature)
        );
        assert_eq!(signed("", body), Err(CallError::Signature));
        assert_eq!(signed("rubbish!", body), Err(CallError::Signature));
    }
}

mod infobip_like {
    use super::*;

    #[test]
    fn is_posted_json_that_no_text_breaks() {
        let request = request(&gateway(INFOBIP), HOSTILE);
        assert_eq!(header(&request, "authorization"), "App api_key/&\"?");
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["messages"].as_array().unwrap().len(), 1);
        assert_eq!(body["messages"][0]["content"]["text"], HOSTILE);
        assert_eq!(
            body["messages"][0]["destinations"][0]["to"],
            "6281234567890"
        );
        assert_eq!(
            body["messages"][0]["destinations"][0]["messageId"],
            REFERENCE
        );
        assert_eq!(
            body["messages"][0]["webhooks"]["delivery"]["url"],
            "https://winner.test/receipts/x/5ec2e7"
        );
    }

    fn status(group: &str, name: &str) -> String {
        format!(
            r#"{{"bulkId":"1","messages":[{{"messageId":"2034","status":{{"groupName":"{group}","name":"{name}"}},"destination":"62"}}]}}"#
        )
    }

    #[test]
    fn says_in_the_body_what_its_status_does_not() {
        let infobip = gateway(INFOBIP);
        let id = Some("2034".to_owned());
        assert_eq!(
            judge(&infobip, 200, &status("PENDING", "PENDING_ACCEPTED")),
            Verdict::Accepted { id }
        );
        let refused = status("REJECTED", "REJECTED_DESTINATION");
        assert_eq!(
            judge(&infobip, 200, &refused),
            Verdict::Refused(Refusal::Number)
        );
        let poor = status("REJECTED", "REJECTED_NOT_ENOUGH_CREDITS");
        assert_eq!(judge(&infobip, 200, &poor), Verdict::Later);
        assert_eq!(judge(&infobip, 200, "{}"), Verdict::Unknown);
        assert_eq!(judge(&infobip, 200, "<html>"), Verdict::Unknown);
    }

    #[test]
    fn sends_many_receipts_in_one_call() {
        let results: Vec<String> = (0..100)
            .map(|n| format!(r#"{{"bulkId":"b","messageId":"m{n}","to":"62812","status":{{"groupId":3,"groupName":"DELIVERED"}}}}"#))
            .collect();
        let body = format!(r#"{{"results":[{}]}}"#, results.join(","));
        let seen = gateway(INFOBIP).receipts(&call("", &body, &[])).unwrap();
        assert_eq!(seen.len(), 100);
        assert_eq!(
            (seen[99].id.as_deref(), seen[99].meaning),
            (Some("m99"), Meaning::Delivered)
        );
    }

    #[test]
    fn rubbish_and_floods_are_refused() {
        let infobip = gateway(INFOBIP);
        for rubbish in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"results":{}}"#,
            "{\"results\":[",
            &"[".repeat(100_000),
        ] {
            assert_eq!(
                infobip.receipts(&call("", rubbish, &[])),
                Err(CallError::Form)
            );
        }
        let flood = format!(r#"{{"results":[{}null]}}"#, "null,".repeat(1_000));
        assert_eq!(
            infobip.receipts(&call("", &flood, &[])),
            Err(CallError::TooMany)
        );
        let odd = r#"{"results":[null,1,{"messageId":{}},{"messageId":"m","status":{"groupName":[]}},{"messageId":"ok","status":{"groupName":"DELIVERED"}}]}"#;
        assert_eq!(infobip.receipts(&call("", odd, &[])).unwrap().len(), 1);
    }
}

mod zenziva_like {
    use super::*;

    #[test]
    fn is_posted_the_number_as_dialled_at_home() {
        let fields = form(&request(&gateway(ZENZIVA), HOSTILE));
        assert!(fields.contains(&("to".to_owned(), "081234567890".to_owned())));
        assert!(fields.contains(&("message".to_owned(), HOSTILE.to_owned())));
    }

    #[test]
    fn says_one_as_number_or_text() {
        let zenziva = gateway(ZENZIVA);
        for one in ["1", "\"1\""] {
            let body = format!(
                r#"{{"messageId":32432,"to":"081234567890","status":{one},"text":"Success"}}"#
            );
            assert_eq!(
                judge(&zenziva, 200, &body),
                Verdict::Accepted {
                    id: Some("32432".to_owned())
                }
            );
        }
        assert_eq!(
            judge(
                &zenziva,
                200,
                r#"{"status":"5","text":"Userkey / Passkey Salah"}"#
            ),
            Verdict::Later
        );
        assert_eq!(
            judge(&zenziva, 200, r#"{"status":"7","text":"?"}"#),
            Verdict::Unknown
        );
        assert!(!zenziva.has_receipts());
    }
}

#[test]
fn an_answer_that_was_cut_off_is_believed_by_its_status_alone() {
    let cut_off = |toml, status| {
        gateway(toml).judge(&Answer {
            status,
            body: b"0: Accepted for delivery",
            whole: false,
        })
    };
    assert_eq!(cut_off(KANNEL, 202), Verdict::Unknown);
    assert_eq!(cut_off(KANNEL, 503), Verdict::Later);
    assert_eq!(cut_off(TWILIO, 201), Verdict::Accepted { id: None });
}

#[test]
fn receipts_are_believed_by_signature_and_address() {
    let toml = format!(
        "{ZENZIVA}\n{}",
        r#"
[receipts]
from = "json"
id = "/id"
status = "/s"
meaning = { ok = "delivered" }
signature = { kind = "hmac", header = "X-Hub-Signature-256", secret = "passkey", encoding = "hex", prefix = "sha256=" }
allow_from = ["10.1.0.0/16", "127.0.0.1"]
"#
    );
    let gateway = gateway(&toml);
    let body = r#"{"id":"a","s":"ok"}"#;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"passkey/&\"?");
    let tag = format!(
        "sha256={}",
        hex::encode(ring::hmac::sign(&key, body.as_bytes()))
    );
    let headers = [("x-hub-signature-256", tag.as_str())];
    assert_eq!(
        gateway.receipts(&call("", body, &headers)).unwrap().len(),
        1
    );
    assert_eq!(
        gateway.receipts(&call("", "{\"id\":\"b\",\"s\":\"ok\"}", &headers)),
        Err(CallError::Signature)
    );
    assert_eq!(
        gateway.receipts(&call("", body, &[])),
        Err(CallError::Signature)
    );
    let stranger = Call {
        from: IpAddr::V4(Ipv4Addr::new(10, 2, 0, 1)),
        ..call("", body, &headers)
    };
    assert_eq!(gateway.receipts(&stranger), Err(CallError::From));
    let mapped = Call {
        from: "::ffff:10.1.2.3".parse().unwrap(),
        ..call("", body, &headers)
    };
    assert!(gateway.receipts(&mapped).is_ok());
}

#[test]
fn what_cannot_be_meant_stops_the_start() {
    let minimal = |send: &str, rest: &str| {
        format!("accepted = {{ status = [200] }}\n{rest}\n[send]\nmethod = \"POST\"\n{send}\n")
    };
    let url = "url = \"https://g.test/\"";
    let cases = [
        (minimal(url, "acepted = 1"), "acepted"),
        (minimal("url = \"https://{to}/\"", ""), "host without variables"),
        (minimal("url = \"https://g.test{to}\"", ""), "host without variables"),
        (minimal("url = \"file:///etc/passwd\"", ""), "http"),
        (minimal("url = \"https://g.test/{text}\"", ""), "secrets, numbers and the reference"),
        (minimal(&format!("{url}\nheaders = {{ x = \"{{text}}\" }}"), ""), "header"),
        (minimal(&format!("{url}\nheaders = {{ \"x y\" = \"z\" }}"), ""), "header"),
        (minimal(&format!("{url}\nform = {{ a = \"{{secret.nope}}\" }}"), ""), "secret.nope"),
        (minimal(&format!("{url}\nform = {{ a = \"{{oops}}\" }}"), ""), "not a variable"),
        (minimal(&format!("{url}\nform = {{ a = \"{{receipt_url}}\" }}"), ""), "receipts"),
        (minimal(&format!("{url}\nform = {{}}\njson = {{}}"), ""), "not both"),
        (minimal(url, "answers = [{ when = { status = [] }, then = \"retry\" }]"), "at least one code"),
        (minimal(url, "answers = [{ when = { status = [700] }, then = \"retry\" }]"), "status"),
        (minimal(url, "answers = [{ when = { status = [200] }, then = \"resend\" }]"), "resend"),
        (minimal(url, "id = { json = \"sid\" }"), "JSON pointer"),
        ("accepted = { status = [200] }\n[send]\nmethod = \"GET\"\nurl = \"https://g.test/\"\nform = {}".to_owned(), "GET"),
    ];
    for (toml, said) in cases {
        let error = refused(&toml);
        assert!(error.contains(said), "{error}\n{toml}");
    }
}

#[test]
fn a_request_does_not_print() {
    let shown = format!("{:?}", request(&gateway(KANNEL), "rahasia"));
    assert_eq!(shown, "Request(Get [personal])");
}
