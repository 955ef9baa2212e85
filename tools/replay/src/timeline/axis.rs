//! Where the steps are on an axis.

use crate::steps::Run;

/// The width of one step's column, and that of one after which time passes.
const STEP: usize = 20;
const WAIT: usize = 80;
/// The width of the clock's axis, and of the room at its two ends.
const CLOCK: usize = 1000;
const END: usize = 50;
/// The most ticks that the clock's axis has.
const TICKS: u64 = 8;

/// The columns of the steps on one axis.
pub struct Axis {
    /// Whether it is the clock's: steps at the same time are at the same place.
    pub(super) is_clock: bool,
    starts: Vec<usize>,
    pub(super) width: usize,
    /// The length of the run in milliseconds.
    end: u64,
}

impl Axis {
    /// The order of the steps, each as wide as the next; what time passes after is wider.
    pub fn order(run: &Run) -> Self {
        let mut starts = Vec::new();
        let mut width = 0;
        for step in &run.steps {
            starts.push(width);
            width += if step.wait > 0 { WAIT } else { STEP };
        }
        Axis {
            is_clock: false,
            starts,
            width,
            end: 0,
        }
    }

    /// The time of the steps; none, if no time passes.
    pub fn clock(run: &Run) -> Option<Self> {
        let end = run.steps.last().map_or(0, |step| step.t + step.wait);
        if end == 0 {
            return None;
        }
        let mut axis = Axis {
            is_clock: true,
            starts: Vec::new(),
            width: CLOCK,
            end,
        };
        axis.starts = run.steps.iter().map(|step| axis.at(step.t)).collect();
        axis.starts.push(axis.at(end));
        Some(axis)
    }

    fn at(&self, ms: u64) -> usize {
        END + (ms as f64 / self.end as f64 * (CLOCK - 2 * END) as f64).round() as usize
    }

    /// The width of a step's column.
    pub fn width(&self, step: usize) -> usize {
        self.start(step + 1) - self.start(step)
    }

    /// A place as thousandths of the whole width.
    pub(super) fn permille(&self, x: usize) -> usize {
        x * 1000 / self.width.max(1)
    }

    /// Where what a step tells happens: before any time passes. The player adds the same half of a column.
    pub(super) fn event(&self, step: usize) -> usize {
        if self.is_clock {
            return self.start(step);
        }
        self.start(step) + STEP / 2
    }

    /// Where time passes after a step on the axis of order, from and to.
    pub(super) fn wait(&self, step: usize) -> (usize, usize) {
        (self.start(step) + STEP, self.start(step + 1))
    }

    /// Where a step's column begins; on the clock's axis, its time, in thousandths of the whole width.
    pub fn start(&self, step: usize) -> usize {
        let end = if self.is_clock {
            self.width - END
        } else {
            self.width
        };
        self.starts.get(step).copied().unwrap_or(end)
    }

    /// Round times, and where they are.
    pub(super) fn ticks(&self) -> Vec<(u64, usize)> {
        let powers = (0..19).map(|power| 10u64.pow(power));
        let mut round = powers.flat_map(|power| [power, 2 * power, 5 * power]);
        let every = round.find(|every| self.end / every <= TICKS);
        let every = every.unwrap_or(u64::MAX);
        let times = (0..=self.end / every).map(|count| count * every);
        times.map(|ms| (ms, self.at(ms))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let ticks = |end| -> Vec<u64> {
            let axis = Axis {
                is_clock: true,
                starts: Vec::new(),
                width: CLOCK,
                end,
            };
            axis.ticks().into_iter().map(|(ms, _)| ms).collect()
        };
        assert_eq!(ticks(3000), [0, 500, 1000, 1500, 2000, 2500, 3000]);
        assert_eq!(ticks(1), [0, 1]);
        assert_eq!(ticks(7), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(ticks(45), [0, 10, 20, 30, 40]);
        assert!(ticks(123_456_789).len() <= 9);
    }
}
