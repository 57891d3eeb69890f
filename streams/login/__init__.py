"""How do our clients come in at a Kafka that asks who they are?"""
