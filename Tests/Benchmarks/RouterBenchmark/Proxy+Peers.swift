import FoundationEssentials

/// The peers as their manuals advise for a proxy: keep-alive both ways, no access log, nothing on disk, and the same work
/// for each request as ours: the host looked up among all tenants, client address and request id added.
extension Proxy {
    func nginxLaunch(port: Int, _ place: Workplace) throws -> Launch {
        let map = "\(place.folder)/nginx-\(port).map"
        try place.tenants.writeMap(to: map, end: ";")
        let upstreams = zip(BenchTenants.shards, place.origin.ports).map { shard, port in
            "upstream \(shard) { server 127.0.0.1:\(port); keepalive 256; keepalive_requests 1000000000; }"
        }
        let configuration = """
            daemon off;
            master_process off;
            worker_rlimit_nofile 40000;
            pid \(place.folder)/nginx-\(port).pid;
            error_log \(place.folder)/nginx-\(port).log crit;
            events { worker_connections 30000; }
            http {
                \(NginxPaths.temporary(in: place.folder, of: "nginx"))
                access_log off;
                tcp_nodelay on;
                keepalive_requests 1000000000;
                keepalive_timeout 75s;
                client_header_timeout 75s;
                client_max_body_size 2m;
                proxy_max_temp_file_size 0;
                map_hash_max_size 262144;
                map_hash_bucket_size 128;
                map $host $shard { default ""; include \(map); }
                \(upstreams.joined(separator: "\n    "))
                server {
                    listen 127.0.0.1:\(port) backlog=4096;
                    if ($shard = "") { return 404; }
                    location / {
                        proxy_pass http://$shard;
                        proxy_http_version 1.1;
                        proxy_request_buffering off;
                        proxy_set_header Connection "";
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-For $remote_addr;
                        proxy_set_header X-Request-Id $request_id;
                    }
                }
            }
            """
        let file = "\(place.folder)/nginx-\(port).conf"
        try configuration.write(toFile: file, atomically: false, encoding: .utf8)
        return Launch(command: [NginxPaths.program, "-p", place.folder, "-e", "stderr", "-c", file])
    }

    func haproxyLaunch(port: Int, _ place: Workplace) throws -> Launch {
        let map = "\(place.folder)/haproxy-\(port).map"
        try place.tenants.writeMap(to: map, end: "")
        let backends = zip(BenchTenants.shards, place.origin.ports).map { shard, port in
            """
            backend \(shard)
                http-reuse always
                server one 127.0.0.1:\(port) pool-max-conn 256
            """
        }
        let configuration = """
            global
                nbthread 1
                no strict-limits
                maxconn 12000
            defaults
                mode http
                timeout connect 5s
                timeout client 75s
                timeout server 60s
                timeout http-keep-alive 75s
                timeout http-request 75s
                option forwardfor
                unique-id-format %[uuid()]
                unique-id-header X-Request-Id
            frontend clients
                bind 127.0.0.1:\(port) backlog 4096
                http-request set-var(txn.shard) req.hdr(host),map_str(\(map))
                http-request return status 404 unless { var(txn.shard) -m found }
                use_backend %[var(txn.shard)]
            \(backends.joined(separator: "\n"))

            """
        let file = "\(place.folder)/haproxy-\(port).cfg"
        try configuration.write(toFile: file, atomically: false, encoding: .utf8)
        let program =
            FileManager.default.fileExists(atPath: "/usr/sbin/haproxy") ? "/usr/sbin/haproxy" : "haproxy"
        return Launch(command: [program, "-db", "-f", file])
    }
}
