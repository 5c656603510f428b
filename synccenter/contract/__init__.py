"""What a connector may know, and nothing else: values, the contract, errors with their catalogue, options."""
