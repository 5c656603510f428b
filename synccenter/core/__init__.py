"""What every layer may know and nothing else: values, the connector contract, errors, settings, logs."""
