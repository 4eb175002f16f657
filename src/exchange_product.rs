//! Products: which of them hold a service plan with a mailbox, for users of whom only the products are known.

use ahash::AHashMap;
use once_cell::sync::Lazy;
use uuid::Uuid;

use crate::exchange_plan::{PLANS, Plan};

/// A product that Microsoft sells.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// `ENTERPRISEPACK`, …
    pub name: &'static str,
    /// Its plan with a mailbox.
    pub mailbox: Option<&'static Plan>,
}

/// One line a product.
const TABLE: &str = include_str!("exchange_products.txt");

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (id, rest) = line.split_once(' ')?;
        let (plan, name) = rest.split_once(' ')?;
        Some((id, plan, name))
    })
}

static PRODUCTS: Lazy<AHashMap<Uuid, Product>> = Lazy::new(|| {
    let products = rows().filter_map(|(id, plan, name)| {
        let mailbox = PLANS.iter().find(|known| known.name == plan);
        Some((Uuid::try_parse(id).ok()?, Product { name, mailbox }))
    });
    products.collect()
});

/// The product with this `skuId`; `None` for one that the list does not hold.
#[must_use]
pub fn find(id: &str) -> Option<Product> {
    PRODUCTS
        .get(&Uuid::try_parse(id.trim_ascii()).ok()?)
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_an_id_and_a_plan_that_are_known() {
        let rows: Vec<_> = rows().collect();
        assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(PRODUCTS.len(), rows.len());
        assert_eq!(rows.len() + 2, TABLE.lines().count());
        for (id, plan, _) in rows {
            let found = find(id).and_then(|product| product.mailbox);
            assert_eq!(found.map_or("-", |plan| plan.name), plan, "{id}");
            assert!(found.is_none_or(|plan| plan.mailbox), "{id}");
        }
    }

    #[test]
    fn a_product_is_found_by_its_id() {
        let plan = |id: &str| {
            find(id).map(|product| (product.name, product.mailbox.map(|plan| plan.name)))
        };
        assert_eq!(
            plan("6FD2C87F-B296-42F0-B197-1E91E994B900"),
            Some(("ENTERPRISEPACK", Some("EXCHANGE_S_ENTERPRISE")))
        );
        assert_eq!(
            plan("078d2b04-f1bd-4111-bbd4-b4b1b354cef4"),
            Some(("AAD_PREMIUM", None))
        );
        assert_eq!(plan("c10d0000-0000-4000-8000-000000000001"), None);
        assert_eq!(plan(""), None);
    }
}
