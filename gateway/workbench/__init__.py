"""The privacy officer's workbench: policies are checked, tried, compared, explained and signed before they decide."""
