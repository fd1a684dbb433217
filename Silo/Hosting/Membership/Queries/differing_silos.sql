-- Guarantees what the silos of this queue do not have in common, a sentence each with its remedy.
SELECT f.message, f.remedy FROM orleans_batch.doctor_silos() AS f WHERE f.code LIKE '%\_differ' ORDER BY f.code, f.subject
