//! What a reader sees of HTML, line by line: words, and where links lead.

/// Mails have few tags that matter here; this is no reader of HTML at large.
pub(super) fn seen(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let body = body.split_once('>').map_or(body, |(_, body)| body);
    let mut seen = String::new();
    let mut rest = body;
    while let Some((words, after)) = rest.split_once('<') {
        seen.push_str(words);
        // A comment hides what Outlook alone sees.
        let (tag, after) = match after.strip_prefix("!--") {
            Some(comment) => ("", comment.split_once("-->").map_or("", |(_, after)| after)),
            None => after.split_once('>').unwrap_or((after, "")),
        };
        if let Some((_, link)) = tag.split_once("href=\"") {
            let link = link.split('"').next().unwrap_or_default();
            seen.extend(["[", link, "] "]);
        }
        if ["/div", "/td", "/th", "br", "/a", "/h1"]
            .iter()
            .any(|it| tag.starts_with(it))
        {
            seen.push('\n');
        }
        rest = after;
    }
    let seen = seen.replace("&#x2f;", "/");
    let lines = seen.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
