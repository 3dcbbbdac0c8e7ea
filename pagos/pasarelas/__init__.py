"""Everything that knows a gateway. Start at `base`; `registro` says which gateways exist."""
