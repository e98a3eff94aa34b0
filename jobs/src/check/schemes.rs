//! `[schemes]`: integration schemes of the job, in the language of those that are built in.
//!
//! Refuses names of built-in methods, and what `kernels::program::scheme_text` refuses.

use kernels::language::fault::Fault;
use kernels::model::UserScheme;
use kernels::program::method;
use kernels::program::scheme::Scheme;

use super::model::Checker;
use crate::codes;
use crate::tree::Key;
use crate::written::Text;

impl Checker<'_> {
    /// `schemes.NAME`
    pub fn scheme(&mut self, key: &Key, text: Text) -> Option<UserScheme> {
        self.well_formed(key);
        if method::known(&key.name, key.span, &[]).is_ok() {
            let message = format!("'{}' is a method that is built in", key.name);
            let help = format!("give the scheme another name, such as 'my_{}'", key.name);
            return self.refuse(Fault::new(codes::NAME, key.span, message).help(help));
        }
        let lines = self.statements(text)?;
        let faults = Scheme::check(&lines, text.span);
        let result = if faults.is_empty() { Ok(()) } else { Err(faults) };
        self.keep(result)?;
        Some(UserScheme { name: key.name.clone(), span: text.span, lines })
    }
}
