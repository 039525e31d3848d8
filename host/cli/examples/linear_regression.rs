//! y = a x + b by gradient descent: `cargo run --release --example linear_regression -- FILE.svg`.

use lowrank::core::descent::{DescentStep, Momentum, Optimizer};
use lowrank::core::panel::Panel;
use lowrank::core::{LinearOperator, MatMut, MatRef};
use lowrank_cli::plot::{Convergence, Format, Point, Run};
use std::{env, error::Error, fs, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    // 50 points near y = 3 x + 8; the matrix has the columns x and 1.
    let x: Vec<f64> = (0..50).map(|i| f64::from(i) / 25.0 - 1.0).collect();
    let noise = |i: usize| 0.1 * (12.9898 * i as f64).sin();
    let mut y: Vec<f64> = (0..50).map(|i| 3.0 * x[i] + 8.0 + noise(i)).collect();
    let columns = [x, vec![1.0; 50]].concat();
    let (matrix, y) = (MatRef::new(&columns, 50, 2)?, MatMut::new(&mut y, 50, 1)?);

    let (mut line, mut direction, mut velocity, mut off) =
        ([0.0; 2], [0.0; 2], [0.0; 2], [0.0; 50]);
    let mut line = MatMut::new(&mut line, 2, 1)?;
    let mut direction = MatMut::new(&mut direction, 2, 1)?;
    let mut state = [MatMut::new(&mut velocity, 2, 1)?];
    let mut off = MatMut::new(&mut off, 50, 1)?;
    let (rule, start, mut points) = (Momentum { momentum: 0.5 }, Instant::now(), Vec::new());
    for iteration in 0..100 {
        matrix.apply(&line, &mut off)?;
        off.axpby(1.0, &y, -1.0)?; // y - (a x + b)
        let loss = off.inner_product(&off)? / 50.0;
        let seconds = start.elapsed().as_secs_f64();
        points.push(Point {
            iteration,
            seconds,
            loss,
        });
        matrix.apply_transpose(&off, &mut direction)?;
        let step = DescentStep {
            rate: 0.01,
            done: iteration,
        };
        rule.step(&mut line, &mut direction, &mut state, step)?;
    }
    println!(
        "y = {:.4} x + {:.4}",
        line.get(0, 0).unwrap(),
        line.get(1, 0).unwrap()
    );
    let plot = Convergence {
        title: "linear regression by gradient descent".into(),
        quantity: "mean squared error".into(),
        runs: vec![Run::new("momentum 0.5, rate 0.01", points)],
        levels: Vec::new(),
    };
    let file = env::args().nth(1).unwrap_or("linear_regression.svg".into());
    Ok(fs::write(file, plot.render(Format::Svg)?)?)
}
