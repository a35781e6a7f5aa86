"""Topics learnt from what people sorted and from what nobody did; the process that learns and ends."""
