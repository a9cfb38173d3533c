-- Business time is the database's time plus an offset. This schema is the one place that every
-- role may read and no runtime role may write.

CREATE TABLE platform.clock (
    -- One row.
    singleton          boolean  PRIMARY KEY DEFAULT true CHECK (singleton),
    -- What business time is ahead of real time.
    "offset"           interval NOT NULL DEFAULT '0',
    -- Set when the system is installed for production.
    offsets_forbidden  boolean  NOT NULL DEFAULT false,
    CONSTRAINT clock_offset_allowed CHECK (NOT offsets_forbidden OR "offset" = '0'),
    -- Days and months have no fixed length: an offset is counted in seconds.
    CONSTRAINT clock_offset_in_seconds CHECK (
        extract(year FROM "offset") = 0 AND extract(month FROM "offset") = 0 AND extract(day FROM "offset") = 0
    )
);

INSERT INTO platform.clock DEFAULT VALUES;

-- Production is for ever: once forbidden, offsets stay forbidden.
CREATE FUNCTION platform.keep_offsets_forbidden() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'platform.clock keeps its row'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clock_keeps_its_row';
    END IF;
    IF OLD.offsets_forbidden AND NOT NEW.offsets_forbidden THEN
        RAISE EXCEPTION 'offsets were forbidden when this system was installed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clock_offset_allowed';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER keep_offsets_forbidden
    BEFORE UPDATE OR DELETE ON platform.clock
    FOR EACH ROW EXECUTE FUNCTION platform.keep_offsets_forbidden();

GRANT USAGE ON SCHEMA platform TO PUBLIC;
GRANT SELECT ON platform.clock TO PUBLIC;
