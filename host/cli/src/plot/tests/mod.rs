//! Tests of the drawings, as far as a program can check them.

use super::*;
use lowrank::DenseMatrix;
use lowrank_text::topics::{Topic, TopicWord};

fn points(count: usize, loss: impl Fn(usize) -> f64) -> Vec<Point> {
    let point = |iteration| Point {
        iteration,
        seconds: 0.01 * iteration as f64,
        loss: loss(iteration),
    };
    (0..count).map(point).collect()
}

fn convergence(runs: Vec<Run>) -> Convergence {
    Convergence {
        title: "a <title> & more".into(),
        quantity: "error".into(),
        runs,
        levels: Vec::new(),
    }
}

fn svg(bytes: Result<Vec<u8>, Error>) -> String {
    String::from_utf8(bytes.unwrap()).unwrap()
}

fn pixels(bytes: &[u8]) -> (Vec<u8>, u32, u32) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (pixels, info.width, info.height)
}

#[test]
fn convergence_names_its_runs_its_axes_and_its_title() {
    let mut plot = convergence(vec![
        Run::new("mu", points(50, |i| 1.0 + 1.0 / (i + 1) as f64)),
        Run::new("hals", points(30, |i| 1.0 + 0.5f64.powi(i as i32))),
    ]);
    plot.levels.push(Level {
        name: "svd/exact".into(),
        loss: 0.9,
    });
    let drawn = svg(plot.render(Format::Svg));
    for text in [
        "mu",
        "hals",
        "svd/exact",
        "iterations",
        "seconds",
        "error",
        "a &lt;title&gt; &amp; more",
    ] {
        assert!(drawn.contains(text), "{text}");
    }
    assert!(!drawn.contains("diverged"));
}

#[test]
fn a_run_that_breaks_down_is_drawn_as_far_as_it_goes_and_said_to() {
    let grows = points(40, |i| {
        if i < 20 {
            10f64.powi(i as i32)
        } else {
            f64::NAN
        }
    });
    let sound = Run::new("sound", points(40, |i| 1.0 / (i + 1) as f64));
    let drawn = svg(convergence(vec![Run::new("grows", grows.clone()), sound]).render(Format::Svg));
    assert!(drawn.contains("grows (diverged)") && drawn.contains("sound"));
    // What grows to 1e19 leaves a plot whose other run begins at one.
    assert!(!drawn.contains("1e19") && !drawn.contains("1e10"));
    let alone = svg(convergence(vec![Run::new("grows", grows)]).render(Format::Svg));
    assert!(
        alone.contains("1e16") || alone.contains("1e18"),
        "alone it has the plot for itself"
    );
}

#[test]
fn plots_without_anything_to_see_are_refused() {
    let never = Run::new("never", points(3, |_| f64::NAN));
    for runs in [vec![], vec![Run::new("empty", vec![])], vec![never]] {
        let error = convergence(runs).render(Format::Png).unwrap_err();
        assert!(matches!(error, Error::Nothing { .. }));
    }
    let zeros = SingularValues {
        name: "zeros".into(),
        values: vec![0.0; 3],
    };
    let spectrum = Spectrum {
        title: "none".into(),
        spectra: vec![zeros],
    };
    assert!(matches!(
        spectrum.render(Format::Svg),
        Err(Error::Nothing { .. })
    ));
}

#[test]
fn both_formats_of_every_plot_are_drawn_for_odd_numbers() {
    let odd = [0.0, 1.0, 1e-300, 1e300, 43.6, -1.0];
    for a in odd {
        for b in odd {
            let run = Run::new("\u{1}odd", points(3, |i| if i == 0 { a } else { b }));
            let plot = convergence(vec![run]);
            assert!(!svg(plot.render(Format::Svg)).contains('\u{1}'));
        }
    }
    let (image, width, height) = pixels(
        &convergence(vec![Run::new("one", points(1, |_| 3.0))])
            .render(Format::Png)
            .unwrap(),
    );
    assert_eq!((width, height), (2240, 1040));
    assert!(
        image.chunks(3).any(|pixel| pixel == [0, 114, 178]),
        "one point is a dot"
    );
}

#[test]
fn a_png_has_letters_on_every_machine() {
    let values = vec![3.0, 2.0, 1.0];
    let with = |title: &str| {
        let spectra = vec![SingularValues {
            name: "svd".into(),
            values: values.clone(),
        }];
        Spectrum {
            title: title.into(),
            spectra,
        }
        .render(Format::Png)
        .unwrap()
    };
    let dark = |bytes: &[u8]| {
        pixels(bytes)
            .0
            .chunks(3)
            .filter(|pixel| pixel.iter().all(|c| *c < 100))
            .count()
    };
    assert!(dark(&with("a long title")) > dark(&with("")) + 300);
}

#[test]
fn topics_are_bars_with_their_words() {
    let word = |word: &str, weight| TopicWord {
        word: word.into(),
        weight,
    };
    let topic = Topic {
        component: 0,
        words: vec![word("moon", 0.8), word("star<", -0.4)],
        documents: 3,
        strength: 1.0,
    };
    let topics = vec![topic; 5];
    let bars = TopicBars {
        title: "the sample".into(),
        topics: &topics,
    };
    let drawn = svg(bars.render(Format::Svg));
    assert!(drawn.contains("moon") && drawn.contains("star&lt;") && drawn.contains("topic 5"));
    assert!(drawn.contains("negative") && drawn.contains("-0.40"));
    let none = TopicBars {
        title: String::new(),
        topics: &[],
    };
    assert!(matches!(
        none.render(Format::Svg),
        Err(Error::Nothing { .. })
    ));
}

#[test]
fn pictures_are_the_entries_pixel_by_pixel() {
    // Three components of 2 x 3: a ramp, one with signs, none.
    let columns = [
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        [-2.0, 0.0, 1.0, 2.0, 0.0, 0.0],
        [0.0; 6],
    ];
    let h = DenseMatrix::from_fn(6, 3, |j, k| columns[k][j]);
    let pictures = Pictures {
        title: "three",
        components: &h,
        size: (2, 3),
    };
    let (image, width, height) = pixels(&pictures.render(Format::Png).unwrap());
    // One column of tiles would be three high: two tiles side by side are nearer to a square.
    let enlarged = 16;
    let columns = (width as usize - 1) / (3 * enlarged + 1);
    assert_eq!(columns * (3 * enlarged + 1) + 1, width as usize);
    let tile = |k: usize, y: usize, x: usize| {
        let top = 1 + k / columns * (2 * enlarged + 1) + y * enlarged;
        let left = 1 + k % columns * (3 * enlarged + 1) + x * enlarged;
        image[top * width as usize + left]
    };
    assert_eq!([tile(0, 0, 0), tile(0, 0, 1), tile(0, 1, 2)], [0, 51, 255]);
    assert_eq!([tile(1, 0, 0), tile(1, 0, 1), tile(1, 1, 0)], [0, 128, 255]);
    assert_eq!(tile(2, 1, 1), 0);
    assert_eq!(image[0], 255, "tiles stand apart");
    assert!(height > 0);
    let drawn = svg(pictures.render(Format::Svg));
    assert!(drawn.contains("three") && drawn.contains("data:image/png;base64,iVBOR"));
}

#[test]
fn pictures_of_another_size_are_refused() {
    let h = DenseMatrix::from_fn(6, 1, |j, _| j as f64);
    for size in [(2, 2), (0, 6), (usize::MAX, 2)] {
        let pictures = Pictures {
            title: "",
            components: &h,
            size,
        };
        let error = pictures.render(Format::Png).unwrap_err();
        assert!(
            matches!(error, Error::PictureSize { entries: 6, .. }),
            "{error}"
        );
    }
}

#[test]
fn rows_are_points_and_names_do_not_cover_each_other() {
    let names: Vec<String> = (0..30).map(|i| format!("row {i}")).collect();
    let spread = RowMap {
        title: "rows".into(),
        points: (0..30)
            .map(|i| (f64::from(i % 6), f64::from(i / 6)))
            .collect(),
        names: Some(&names),
        components: ("component 1".into(), "component 2".into()),
    };
    let drawn = svg(spread.render(Format::Svg));
    assert_eq!(drawn.matches("<circle").count(), 30);
    assert!(
        names.iter().all(|name| drawn.contains(name)),
        "there is room for all"
    );
    let heap = RowMap {
        points: vec![(1.0, 1.0); 30],
        ..spread.clone()
    };
    let drawn = svg(heap.render(Format::Svg));
    assert_eq!(drawn.matches("<circle").count(), 30);
    assert!(
        drawn.matches("row ").count() <= 4,
        "one on each side at most"
    );
    let many = RowMap {
        points: (0..12_000)
            .map(|i| (f64::from(i).sin(), f64::from(i).cos()))
            .collect(),
        names: None,
        ..spread.clone()
    };
    let drawn = svg(many.render(Format::Svg));
    assert!(drawn.contains("(4000 of the rows)") && drawn.matches("<circle").count() == 4000);
    let none = RowMap {
        points: vec![(f64::NAN, 0.0)],
        ..spread
    };
    assert!(matches!(
        none.render(Format::Png),
        Err(Error::Nothing { .. })
    ));
}
