"""What `check` finds: failed expectations, broken budgets and design lints."""
