"""What to do about one document: a customer, an invoice, a payment.

Reading order: `decide`, then `dependencies`, `settle`, `conversion`, `adoption`, `outcome`.
"""
