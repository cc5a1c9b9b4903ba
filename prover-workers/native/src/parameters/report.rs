//! What the generator says while it works: JSON lines for programs, a bar for people.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

const BAR_CELLS: u64 = 30;

/// How events are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line on standard output.
    JsonLines,
    /// A bar that is drawn over itself.
    Bar,
}

impl Form {
    /// A bar on a terminal, JSON lines elsewhere.
    pub fn fitting_standard_output() -> Self {
        if io::stdout().is_terminal() {
            Form::Bar
        } else {
            Form::JsonLines
        }
    }

    /// Tells one event; fails when nobody reads any more.
    pub fn tell(self, event: &Value) -> io::Result<()> {
        let mut output = io::stdout().lock();
        match self {
            Form::JsonLines => writeln!(output, "{event}")?,
            Form::Bar => write!(output, "{}", for_people(event))?,
        }
        output.flush()
    }
}

/// The text of an event, with what it draws over.
fn for_people(event: &Value) -> String {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    match text("event") {
        "start" => format!("proof parameters in {}\n", text("cache")),
        "waiting" => "waiting: another run makes parameters in this cache\n".to_owned(),
        "progress" => {
            let percent = event["percent"].as_u64().unwrap_or(0).min(100);
            let filled = (percent * BAR_CELLS / 100) as usize;
            let bar = format!(
                "{}{}",
                "#".repeat(filled),
                ".".repeat(BAR_CELLS as usize - filled)
            );
            let what = format!(
                "{} {}, {}",
                text("sector_size"),
                text("circuit"),
                text("stage")
            );
            format!("\r\x1b[K[{bar}] {percent:3} %  {what}")
        }
        "file" if text("status") != "local" => format!(
            "\r\x1b[K{:9} {} {} {}\n",
            text("status"),
            text("sector_size"),
            text("circuit"),
            text("file")
        ),
        "done" => {
            let seconds = event["elapsed_millis"].as_u64().unwrap_or(0) / 1000;
            let word = if event["complete"] == true {
                "complete"
            } else {
                "incomplete"
            };
            format!("\r\x1b[K{word} after {seconds} s\n")
        }
        "error" => format!("\r\x1b[Kfailed: {}\n", text("message")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bar_is_as_long_as_the_percentage() {
        let event = json!({
            "event": "progress", "percent": 50, "sector_size": "2KiB", "circuit": "porep",
            "stage": "points",
        });
        let text = for_people(&event);
        assert!(
            text.contains(&format!("[{}{}]", "#".repeat(15), ".".repeat(15))),
            "{text}"
        );
        assert!(text.ends_with("50 %  2KiB porep, points"), "{text}");
    }

    #[test]
    fn files_that_are_as_they_should_be_need_no_line() {
        assert_eq!(for_people(&json!({"event": "file", "status": "local"})), "");
        assert!(for_people(&json!({"event": "file", "status": "wrong"})).contains("wrong"));
    }
}
