//! The distortion of distances by random projections (Johnson & Lindenstrauss 1984), for each distribution of a sketch:
//! `cargo run --release -p lowrank --example random_projections`.

use lowrank_core::panel::Panel;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{LinearOperator, MatMut, MatRef};
use std::error::Error;

/// Points, and their dimension.
const POINTS: usize = 100;
const DIMENSION: usize = 2000;

/// ||x_i - x_j||^2 of the rows of a matrix, one for each pair.
fn squared_distances(x: &MatMut<'_, f64>) -> Vec<f64> {
    let squared = |i: usize, j: usize| x.columns().map(|x| (x[i] - x[j]).powi(2)).sum();
    (0..POINTS)
        .flat_map(|i| (0..i).map(move |j| (i, j)))
        .map(|(i, j)| squared(i, j))
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    // Sparse and dense points: row i has every (i + 1)th entry.
    let random = RandomEntries::new(Distribution::Gaussian, 1);
    let entry = |i: usize, j: usize| {
        if j.is_multiple_of(i + 1) {
            random.at(i, j)
        } else {
            0.0
        }
    };
    let mut points: Vec<f64> = (0..DIMENSION)
        .flat_map(|j| (0..POINTS).map(move |i| (i, j)))
        .map(|(i, j)| entry(i, j))
        .collect();
    let copy = points.clone();
    let a = MatRef::new(&copy, POINTS, DIMENSION)?;
    let exact = squared_distances(&MatMut::new(&mut points, POINTS, DIMENSION)?);
    println!("   l  bound    gaussian     sign  uniform   (largest |ratio of distances - 1|)");
    for l in [50, 100, 200, 400, 800] {
        let mut row = format!(
            "{l:4}  {:.3}",
            (2.0 * (POINTS as f64).ln() / l as f64).sqrt()
        );
        for distribution in [
            Distribution::Gaussian,
            Distribution::Sign,
            Distribution::Uniform,
        ] {
            let (mut sketch, mut image) = (vec![0.0; DIMENSION * l], vec![0.0; POINTS * l]);
            let mut sketch = MatMut::new(&mut sketch, DIMENSION, l)?;
            let mut image = MatMut::new(&mut image, POINTS, l)?;
            sketch.fill_random(&RandomEntries::new(distribution, 2))?;
            a.apply(&sketch, &mut image)?;
            image.scale(1.0 / (l as f64).sqrt())?;
            let ratios = squared_distances(&image).into_iter().zip(&exact);
            let off = ratios.map(|(found, exact)| ((found / exact).sqrt() - 1.0).abs());
            row += &format!("    {:.3}", off.fold(0.0, f64::max));
        }
        println!("{row}");
    }
    Ok(())
}
