// Whoever has the fixtures has the clients that ask them.
@_exported public import WebClients
