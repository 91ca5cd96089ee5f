import HubModel
import Postgres

extension EmailAddress: TextColumn {}
extension Name: TextColumn {}
extension Subdomain: TextColumn {}

extension Epoch: PostgresArrayElement, PostgresDecodable {}

extension OwnershipState: PostgresEncodable, PostgresDecodable {}
extension ShardState: PostgresEncodable, PostgresDecodable {}
extension TaskPriority: PostgresEncodable, PostgresDecodable {}
extension TenantState: PostgresEncodable, PostgresDecodable {}
extension UserRole: PostgresEncodable, PostgresDecodable {}
extension WorkStatus: PostgresEncodable, PostgresDecodable {}
