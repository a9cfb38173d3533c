use super::*;
use proptest::prelude::*;

#[test]
fn quotes_newlines_and_other_separators_are_read() {
    assert_eq!(
        parse("a,b\n\"x, \"\"y\"\"\nz\",2\r\n").unwrap(),
        [["a", "b"], ["x, \"y\"\nz", "2"]]
    );
    assert_eq!(
        parse("\u{feff}a;b\n1,5;2").unwrap(),
        [["a", "b"], ["1,5", "2"]]
    );
    assert_eq!(
        parse("a\tb\n\n1\t2\n").unwrap(),
        [vec!["a", "b"], vec![""], vec!["1", "2"]]
    );
    assert_eq!(parse("").unwrap(), Vec::<Vec<String>>::new());
}

#[test]
fn a_title_or_a_quoted_comma_does_not_hide_the_separator() {
    let rows = parse("Rekap, final\n\"entri, kota\";nilai\nA;7,5\nB;8,5\n").unwrap();
    assert_eq!(rows[1..3], [["entri, kota", "nilai"], ["A", "7,5"]]);
    assert_eq!(parse("sep=;\na;b,c,d\n").unwrap()[1], ["a", "b,c,d"]);
}

#[test]
fn broken_quotes_are_found_by_line() {
    assert_eq!(parse("a\n\"b\nc"), Err(CsvError::OpenQuote { line: 2 }));
    assert_eq!(
        parse("a\n\"b\"c"),
        Err(CsvError::TextAfterQuote { line: 2 })
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _rows = parse(&text);
    }

    #[test]
    fn what_is_quoted_comes_back(cells in proptest::collection::vec(any::<String>(), 1..6)) {
        let quoted: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        prop_assert_eq!(parse(&format!("h,h\n{}", quoted.join(","))).unwrap()[1].clone(), cells);
    }
}
