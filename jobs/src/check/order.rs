//! An order in which things that are defined by each other can be computed, and the circles for which there is none.

/// Numbers of things so that each comes behind those it uses; and each circle once, in the order of its arrows.
pub fn sorted(count: usize, uses: &dyn Fn(usize) -> Vec<usize>) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut search = Search { state: vec![State::New; count], order: Vec::new(), circles: Vec::new() };
    for k in 0..count {
        search.from(k, uses);
    }
    (search.order, search.circles)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

struct Search {
    state: Vec<State>,
    order: Vec<usize>,
    circles: Vec<Vec<usize>>,
}

impl Search {
    /// Depth first, with a stack of our own: chains may be as long as the file.
    fn from(&mut self, start: usize, uses: &dyn Fn(usize) -> Vec<usize>) {
        if self.state[start] != State::New {
            return;
        }
        let mut stack = vec![(start, uses(start))];
        self.state[start] = State::Open;
        while let Some((k, open)) = stack.last_mut() {
            let Some(next) = open.pop() else {
                self.state[*k] = State::Done;
                self.order.push(*k);
                stack.pop();
                continue;
            };
            match self.state[next] {
                State::Done => {}
                State::New => {
                    self.state[next] = State::Open;
                    stack.push((next, uses(next)));
                }
                State::Open => {
                    let from = stack.iter().position(|(k, _)| *k == next).unwrap_or(0);
                    self.circles.push(stack[from..].iter().map(|(k, _)| *k).collect());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_dependency_and_finds_circles() {
        let check = |arrows: &[&[usize]], order: &[usize], circles: usize| {
            let (found, loops) = sorted(arrows.len(), &|k| arrows[k].to_vec());
            assert_eq!((found.as_slice(), loops.len()), (order, circles));
        };
        check(&[&[1], &[2], &[]], &[2, 1, 0], 0);
        check(&[&[], &[], &[]], &[0, 1, 2], 0);
        check(&[&[0]], &[0], 1);
        check(&[&[1], &[2], &[0], &[0]], &[2, 1, 0, 3], 1);
    }
}
