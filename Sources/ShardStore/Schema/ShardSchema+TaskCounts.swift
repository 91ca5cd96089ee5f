package import Migrations

extension ShardSchema {
    /// How many tasks each project has, kept with every change of a task, so that lists of projects, limits and first pages
    /// cost the same whether a tenant has a hundred tasks or millions.
    ///
    /// A project has four counters, whose sum counts: who writes takes the one of its connection, so that people who work in
    /// one project seldom wait for each other's commits. They are there from the project's beginning, so that a change of a
    /// task only ever updates one. Rows that come by a move bring their counters along: triggers do not act then.
    package static let taskCounts = Migration(
        version: 13,
        name: "task counts",
        sql: #"""
            CREATE TABLE task_counts (
              tenantId UUID,
              projectId UUID,
              slot SMALLINT,
              tasks INTEGER NOT NULL DEFAULT 0,
              completed INTEGER NOT NULL DEFAULT 0,
              CONSTRAINT pk_task_counts PRIMARY KEY (tenantId, projectId, slot),
              CONSTRAINT fk_task_counts_tenantid FOREIGN KEY (tenantId) REFERENCES tenants (id) ON DELETE CASCADE,
              CONSTRAINT fk_task_counts_projectid FOREIGN KEY (tenantId, projectId) REFERENCES projects (tenantId, id)
                ON DELETE CASCADE,
              CONSTRAINT ck_task_counts_slot CHECK (slot BETWEEN 0 AND 3)
            ) WITH (fillfactor = 50); -- so that an update finds room beside what it replaces
            ALTER TABLE task_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY tenant_isolation ON task_counts
              USING (tenantId = hub_current_tenant()) WITH CHECK (tenantId = hub_current_tenant());
            GRANT SELECT, INSERT (tenantId, projectId, slot), UPDATE (tasks, completed) ON task_counts TO hub_app;

            CREATE FUNCTION hub_begin_task_counts() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            BEGIN
              INSERT INTO public.task_counts (tenantId, projectId, slot)
                SELECT NEW.tenantId, NEW.id, generate_series(0, 3);
              RETURN NULL;
            END $$;

            -- Of a project that goes, tasks and counters go with it.
            CREATE FUNCTION hub_count_tasks() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            DECLARE
              sign integer := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
            BEGIN
              UPDATE public.task_counts AS c
                SET tasks = c.tasks + sign * n.tasks, completed = c.completed + sign * n.completed
                FROM (SELECT tenantId, projectId, count(*) AS tasks, count(*) FILTER (WHERE status = 'completed') AS completed
                      FROM changed GROUP BY tenantId, projectId) AS n
                WHERE c.tenantId = n.tenantId AND c.projectId = n.projectId AND c.slot = pg_backend_pid() & 3;
              RETURN NULL;
            END $$;

            CREATE FUNCTION hub_recount_task() RETURNS trigger
              LANGUAGE plpgsql
              AS $$
            DECLARE
              was integer := (OLD.status = 'completed')::integer;
              is_now integer := (NEW.status = 'completed')::integer;
            BEGIN
              IF OLD.projectId = NEW.projectId THEN
                UPDATE public.task_counts SET completed = completed - was + is_now
                  WHERE tenantId = NEW.tenantId AND projectId = NEW.projectId AND slot = pg_backend_pid() & 3;
              ELSE
                UPDATE public.task_counts SET tasks = tasks - 1, completed = completed - was
                  WHERE tenantId = OLD.tenantId AND projectId = OLD.projectId AND slot = pg_backend_pid() & 3;
                UPDATE public.task_counts SET tasks = tasks + 1, completed = completed + is_now
                  WHERE tenantId = NEW.tenantId AND projectId = NEW.projectId AND slot = pg_backend_pid() & 3;
              END IF;
              RETURN NULL;
            END $$;

            -- Makes the counters of tenants anew, whose tasks nobody writes meanwhile.
            CREATE FUNCTION hub_recount_tasks(owners uuid[]) RETURNS void
              LANGUAGE sql
              AS $$
              DELETE FROM public.task_counts WHERE tenantId = ANY (owners);
              INSERT INTO public.task_counts (tenantId, projectId, slot, tasks, completed)
                SELECT p.tenantId, p.id, slot, CASE slot WHEN 0 THEN coalesce(n.tasks, 0) ELSE 0 END,
                       CASE slot WHEN 0 THEN coalesce(n.completed, 0) ELSE 0 END
                FROM public.projects AS p
                LEFT JOIN (SELECT tenantId, projectId, count(*) AS tasks,
                                  count(*) FILTER (WHERE status = 'completed') AS completed
                           FROM public.tasks WHERE tenantId = ANY (owners) GROUP BY tenantId, projectId) AS n
                  ON n.tenantId = p.tenantId AND n.projectId = p.id
                CROSS JOIN generate_series(0, 3) AS slot
                WHERE p.tenantId = ANY (owners);
            $$;

            -- Nobody writes tasks from here to the end of this migration.
            CREATE TRIGGER begin_task_counts AFTER INSERT ON projects
              FOR EACH ROW EXECUTE FUNCTION hub_begin_task_counts();
            CREATE TRIGGER count_new_tasks AFTER INSERT ON tasks
              REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hub_count_tasks();
            CREATE TRIGGER count_deleted_tasks AFTER DELETE ON tasks
              REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hub_count_tasks();
            CREATE TRIGGER recount_changed_task AFTER UPDATE ON tasks FOR EACH ROW
              WHEN ((OLD.status = 'completed') <> (NEW.status = 'completed') OR OLD.projectId <> NEW.projectId)
              EXECUTE FUNCTION hub_recount_task();

            SELECT hub_recount_tasks(ARRAY(SELECT id FROM tenants));
            """#
    )
}
