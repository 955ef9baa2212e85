//! Finds edges: the points of a picture where the grey changes much, by Sobel's operator.

use image::ImageResult;

/// How many points of a PNG picture lie on an edge.
pub fn count(png: &[u8]) -> ImageResult<usize> {
    let picture = image::load_from_memory(png)?.into_luma8();
    let (width, height) = picture.dimensions();
    let mut edges = 0;
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let grey = |dx, dy| i32::from(picture.get_pixel(x + dx - 1, y + dy - 1)[0]);
            let left = grey(0, 0) + 2 * grey(0, 1) + grey(0, 2);
            let right = grey(2, 0) + 2 * grey(2, 1) + grey(2, 2);
            let above = grey(0, 0) + 2 * grey(1, 0) + grey(2, 0);
            let below = grey(0, 2) + 2 * grey(1, 2) + grey(2, 2);
            if (left - right).abs() + (above - below).abs() > 255 {
                edges += 1;
            }
        }
    }
    Ok(edges)
}
