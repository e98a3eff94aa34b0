//! The slots of a step: what is done in which order.
//!
//! Brian's schedule (core/network.py): start, groups, thresholds, synapses, resets, end, each with a slot before and one
//! after it. A job may give its own list of slots.

/// The slots of a step, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    names: Vec<String>,
}

/// The slots that every schedule must have: objects stand in them unless they say otherwise.
pub const STANDARD: [&str; 6] = ["start", "groups", "thresholds", "synapses", "resets", "end"];

/// A place in a step: three for each slot, the middle one being the slot itself.
pub type Place = u32;

/// When in a step something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct When {
    /// Its slot.
    pub place: Place,
    /// Its order within the slot.
    pub order: i64,
}

impl Default for Slots {
    fn default() -> Slots {
        Slots { names: STANDARD.map(str::to_string).to_vec() }
    }
}

impl Slots {
    /// A job's own list.
    pub fn new(names: Vec<String>) -> Slots {
        Slots { names }
    }

    /// The names, without those before and after.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a slot by its name, `before_NAME` and `after_NAME` included.
    pub fn place(&self, name: &str) -> Option<Place> {
        let place =
            |bare: &str, shift: u32| self.names.iter().position(|n| n == bare).map(|k| 3 * k as u32 + shift);
        place(name, 1)
            .or_else(|| name.strip_prefix("before_").and_then(|bare| place(bare, 0)))
            .or_else(|| name.strip_prefix("after_").and_then(|bare| place(bare, 2)))
    }

    /// A standard slot, or one beside it.
    ///
    /// # Panics
    /// Where the schedule lacks it, which the check of a job refuses.
    pub fn standard(&self, name: &str, order: i64) -> When {
        When { place: self.place(name).expect("every schedule has the standard slots"), order }
    }

    /// The name of a place.
    pub fn name(&self, place: Place) -> String {
        let bare = &self.names[place as usize / 3];
        match place % 3 {
            0 => format!("before_{bare}"),
            1 => bare.clone(),
            _ => format!("after_{bare}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_brians_order_and_have_their_names_back() {
        let slots = Slots::default();
        let names = [
            "before_start",
            "start",
            "after_start",
            "before_groups",
            "groups",
            "thresholds",
            "after_thresholds",
            "synapses",
            "after_synapses",
            "resets",
            "end",
            "after_end",
        ];
        let places: Vec<Place> = names.iter().map(|n| slots.place(n).expect("a slot")).collect();
        assert!(places.is_sorted_by(|a, b| a < b));
        assert!(places.iter().zip(names).all(|(place, name)| slots.name(*place) == name));
        assert_eq!(slots.place("before_before_start"), None);
        assert_eq!(slots.place("middle"), None);
    }
}
