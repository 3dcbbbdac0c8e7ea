"""Files of the ERP: balances and movements, validated whole and then written in small locked lots."""
