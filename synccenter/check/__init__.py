"""What may be wrong before it hurts: *Kontrollera inställningar*."""
