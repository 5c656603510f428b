"""JobOffice Kassa's side: the contract as tables, reading sales (only reading), writing registers, a demo."""
