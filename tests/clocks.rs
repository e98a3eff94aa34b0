//! Several clocks: no spike is lost or doubled on its way from one clock to another, and everything happens when it should.
//!
//! Expectations come from `exact`, a slow model of clocks over whole microseconds, which shares no code with the program, or
//! from reckoning by hand.

#[path = "clocks/at_times.rs"]
mod at_times;
#[path = "clocks/delivery.rs"]
mod delivery;
#[path = "clocks/exact.rs"]
mod exact;
#[path = "clocks/order.rs"]
mod order;
#[path = "clocks/same.rs"]
mod same;
mod support;
