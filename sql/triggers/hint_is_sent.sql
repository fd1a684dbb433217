-- Guarantees that a hint becomes a notification when its transaction commits, and leaves no row behind.
DROP TRIGGER IF EXISTS hint_is_sent ON orleans_batch.hint;
CREATE CONSTRAINT TRIGGER hint_is_sent AFTER INSERT ON orleans_batch.hint
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orleans_batch.send_hint();
