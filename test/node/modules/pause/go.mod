module ionos-tenants.test/pause

go 1.26.0
