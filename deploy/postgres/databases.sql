-- Beside the state store, which can be made again: what cannot.
CREATE DATABASE connections;
