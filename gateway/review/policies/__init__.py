"""Which policies decided: what came into force when, what each changed, and what that caused."""
